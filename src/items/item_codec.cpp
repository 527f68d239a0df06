#include "items/item_codec.hpp"

#include <cstdint>
#include <optional>
#include <system_error>
#include <utility>
#include <variant>

#include "items/attribute_value.hpp"

namespace faasd::items {
namespace {

constexpr char kVersion = 1;

// Written to disk: values are never reused for another type.
enum class Tag : unsigned char {
    null = 0,
    false_value = 1,
    true_value = 2,
    string = 3,
    number = 4,
    binary = 5,
    string_set = 6,
    number_set = 7,
    binary_set = 8,
    list = 9,
    map = 10,
};

class Writer {
  public:
    explicit Writer(std::string& out) : out_(out) {}

    void map(const model::Item& item) {
        count(item.size());
        for (const auto& [name, element] : item) {
            text(name);
            value(element);
        }
    }

    void value(const model::AttributeValue& attribute) { std::visit(*this, attribute.value); }

    void operator()(const model::Null&) { tag(Tag::null); }
    void operator()(bool flag) { tag(flag ? Tag::true_value : Tag::false_value); }
    void operator()(const std::string& string) { tagged(Tag::string, string); }
    void operator()(const model::Number& number) { tagged(Tag::number, number.text); }
    void operator()(const model::Binary& binary) { tagged(Tag::binary, binary.bytes); }
    void operator()(const model::StringSet& set) { strings(Tag::string_set, set.values); }
    void operator()(const model::NumberSet& set) { strings(Tag::number_set, set.values); }
    void operator()(const model::BinarySet& set) { strings(Tag::binary_set, set.values); }
    void operator()(const model::List& list) {
        tag(Tag::list);
        count(list.size());
        for (const auto& element : list)
            value(element);
    }
    void operator()(const model::Item& item) {
        tag(Tag::map);
        map(item);
    }

  private:
    void tag(Tag t) { out_.push_back(static_cast<char>(t)); }
    void count(std::uint64_t n) {
        while (n >= 0x80) {
            out_.push_back(static_cast<char>((n & 0x7F) | 0x80));
            n >>= 7;
        }
        out_.push_back(static_cast<char>(n));
    }
    void text(std::string_view bytes) {
        count(bytes.size());
        out_ += bytes;
    }
    void tagged(Tag t, std::string_view bytes) {
        tag(t);
        text(bytes);
    }
    void strings(Tag t, const std::set<std::string>& values) {
        tag(t);
        count(values.size());
        for (const std::string& value : values)
            text(value);
    }

    std::string& out_;
};

// Every read says whether it succeeded; nothing is allocated for a count before its elements are there.
class Reader {
  public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    [[nodiscard]] std::size_t position() const { return position_; }
    [[nodiscard]] bool at_end() const { return position_ == bytes_.size(); }

    bool byte(unsigned char& out) {
        if (at_end()) return false;
        out = static_cast<unsigned char>(bytes_[position_++]);
        return true;
    }

    bool map(model::Item& out, int depth) {
        std::uint64_t n = 0;
        if (!count(n)) return false;
        for (; n > 0; --n) {
            std::string name;
            if (!text(name)) return false;
            // Names are written in order, so each one belongs at the end.
            const auto where = out.emplace_hint(out.end(), std::move(name), model::AttributeValue{});
            if (!value(where->second, depth)) return false;
        }
        return true;
    }

  private:
    bool count(std::uint64_t& out) {
        out = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            unsigned char next = 0;
            if (!byte(next)) return false;
            out |= static_cast<std::uint64_t>(next & 0x7F) << shift;
            if ((next & 0x80) == 0) return true;
        }
        return false;
    }

    bool text(std::string& out) {
        std::uint64_t n = 0;
        if (!count(n) || n > bytes_.size() - position_) return false;
        out.assign(bytes_.substr(position_, n));
        position_ += n;
        return true;
    }

    bool strings(std::set<std::string>& out) {
        std::uint64_t n = 0;
        if (!count(n)) return false;
        for (; n > 0; --n) {
            std::string element;
            if (!text(element)) return false;
            out.emplace_hint(out.end(), std::move(element));
        }
        return true;
    }

    bool list(model::List& out, int depth) {
        std::uint64_t n = 0;
        if (!count(n)) return false;
        for (; n > 0; --n) {
            if (!value(out.emplace_back(), depth)) return false;
        }
        return true;
    }

    bool value(model::AttributeValue& out, int depth) {
        unsigned char tag = 0;
        if (!byte(tag)) return false;
        switch (static_cast<Tag>(tag)) {
            case Tag::null:
                return true;
            case Tag::false_value:
                out.value = false;
                return true;
            case Tag::true_value:
                out.value = true;
                return true;
            case Tag::string:
                return text(out.value.emplace<std::string>());
            case Tag::number:
                return text(out.value.emplace<model::Number>().text);
            case Tag::binary:
                return text(out.value.emplace<model::Binary>().bytes);
            case Tag::string_set:
                return strings(out.value.emplace<model::StringSet>().values);
            case Tag::number_set:
                return strings(out.value.emplace<model::NumberSet>().values);
            case Tag::binary_set:
                return strings(out.value.emplace<model::BinarySet>().values);
            case Tag::list:
                return depth < kMaxNesting && list(out.value.emplace<model::List>(), depth + 1);
            case Tag::map:
                return depth < kMaxNesting && map(out.value.emplace<model::Item>(), depth + 1);
        }
        return false;
    }

    std::string_view bytes_;
    std::size_t position_ = 0;
};

}  // namespace

std::string encode_item(const model::Item& item) {
    std::string out;
    out.reserve(item_size(item) + 3 * item.size() + 8);
    out.push_back(kVersion);
    Writer(out).map(item);
    return out;
}

base::Result<model::Item> decode_item(std::string_view bytes) {
    const auto bad = [](std::string what) {
        return base::Error(std::make_error_code(std::errc::illegal_byte_sequence), std::move(what));
    };
    Reader reader(bytes);
    unsigned char version = 0;
    if (!reader.byte(version)) return bad("a stored item is empty");
    if (version != kVersion) {
        return bad("a stored item has format version " + std::to_string(version) +
                   ", this faasd reads version " + std::to_string(kVersion) +
                   "; use the faasd that wrote it or a newer one");
    }
    model::Item item;
    if (!reader.map(item, 0) || !reader.at_end()) {
        return bad("a stored item is damaged at byte " + std::to_string(reader.position()) + " of " +
                   std::to_string(bytes.size()));
    }
    return item;
}

}  // namespace faasd::items
