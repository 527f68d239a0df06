#include "aws/dynamodb/json_reader.hpp"

namespace faasd::aws::dynamodb {
namespace {

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

void append_utf8(std::string& out, std::uint32_t code) {
    const auto put = [&](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0 | (code >> 6));
        put(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        put(0xE0 | (code >> 12));
        put(0x80 | ((code >> 6) & 0x3F));
        put(0x80 | (code & 0x3F));
    } else {
        put(0xF0 | (code >> 18));
        put(0x80 | ((code >> 12) & 0x3F));
        put(0x80 | ((code >> 6) & 0x3F));
        put(0x80 | (code & 0x3F));
    }
}

}  // namespace

char JsonReader::look() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    if (at_ == text_.size()) throw Malformed{};
    return text_[at_];
}

void JsonReader::expect(char wanted) {
    if (look() != wanted) throw Malformed{};
    ++at_;
}

JsonReader::Kind JsonReader::peek() {
    const char c = look();
    switch (c) {
        case '{': return Kind::object;
        case '[': return Kind::array;
        case '"': return Kind::string;
        case 't':
        case 'f': return Kind::boolean;
        case 'n': return Kind::null;
        default: break;
    }
    if (c == '-' || is_digit(c)) return Kind::number;
    throw Malformed{};
}

void JsonReader::string(std::string& out) {
    expect('"');
    out.clear();
    for (;;) {
        const std::size_t from = at_;
        while (at_ < text_.size() && text_[at_] != '"' && text_[at_] != '\\' && static_cast<unsigned char>(text_[at_]) >= 0x20)
            ++at_;
        if (at_ == text_.size() || static_cast<unsigned char>(text_[at_]) < 0x20) throw Malformed{};
        out.append(text_, from, at_ - from);
        if (text_[at_++] == '"') return;
        escape(out);
    }
}

void JsonReader::escape(std::string& out) {
    if (at_ == text_.size()) throw Malformed{};
    switch (text_[at_++]) {
        case '"': out.push_back('"'); return;
        case '\\': out.push_back('\\'); return;
        case '/': out.push_back('/'); return;
        case 'b': out.push_back('\b'); return;
        case 'f': out.push_back('\f'); return;
        case 'n': out.push_back('\n'); return;
        case 'r': out.push_back('\r'); return;
        case 't': out.push_back('\t'); return;
        case 'u': break;
        default: throw Malformed{};
    }
    std::uint32_t code = hex4();
    if (code >= 0xD800 && code < 0xDC00 && text_.substr(at_, 2) == "\\u") {
        const std::size_t before = at_;
        at_ += 2;
        const std::uint32_t low = hex4();
        if (low >= 0xDC00 && low < 0xE000) {
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
        } else {
            at_ = before;
        }
    }
    append_utf8(out, code >= 0xD800 && code < 0xE000 ? 0xFFFD : code);
}

std::uint32_t JsonReader::hex4() {
    if (text_.size() - at_ < 4) throw Malformed{};
    std::uint32_t code = 0;
    for (int i = 0; i < 4; ++i) {
        const char c = text_[at_++];
        std::uint32_t digit = 0;
        if (is_digit(c)) {
            digit = static_cast<std::uint32_t>(c - '0');
        } else if (c >= 'a' && c <= 'f') {
            digit = static_cast<std::uint32_t>(c - 'a' + 10);
        } else if (c >= 'A' && c <= 'F') {
            digit = static_cast<std::uint32_t>(c - 'A' + 10);
        } else {
            throw Malformed{};
        }
        code = code << 4 | digit;
    }
    return code;
}

std::string_view JsonReader::number() {
    static_cast<void>(look());
    const std::size_t from = at_;
    const auto at_digit = [this] { return at_ < text_.size() && is_digit(text_[at_]); };
    const auto digits = [&] {
        if (!at_digit()) throw Malformed{};
        while (at_digit()) ++at_;
    };
    const auto accept = [this](std::string_view any) {
        if (at_ == text_.size() || any.find(text_[at_]) == std::string_view::npos) return false;
        ++at_;
        return true;
    };
    accept("-");
    if (!accept("0")) digits();
    if (accept(".")) digits();
    if (accept("eE")) {
        accept("+-");
        digits();
    }
    return text_.substr(from, at_ - from);
}

bool JsonReader::boolean() {
    const bool value = look() == 't';
    const std::string_view word = value ? "true" : "false";
    if (text_.substr(at_, word.size()) != word) throw Malformed{};
    at_ += word.size();
    return value;
}

void JsonReader::null() {
    static_cast<void>(look());
    if (text_.substr(at_, 4) != "null") throw Malformed{};
    at_ += 4;
}

void JsonReader::enter() {
    ++at_;
    if (++depth_ > kMaxDepth) throw Malformed{};
    first_ = true;
}

bool JsonReader::next(char close) {
    const char c = look();
    if (c == close) {
        ++at_;
        --depth_;
        first_ = false;
        return false;
    }
    if (!first_) expect(',');
    first_ = false;
    return true;
}

void JsonReader::begin_object() {
    if (look() != '{') throw Malformed{};
    enter();
}

bool JsonReader::next_member(std::string& name) {
    if (!next('}')) return false;
    string(name);
    expect(':');
    return true;
}

void JsonReader::begin_array() {
    if (look() != '[') throw Malformed{};
    enter();
}

bool JsonReader::next_element() { return next(']'); }

void JsonReader::skip() {
    std::string ignored;
    switch (peek()) {
        case Kind::object:
            begin_object();
            while (next_member(ignored)) skip();
            return;
        case Kind::array:
            begin_array();
            while (next_element()) skip();
            return;
        case Kind::string: return string(ignored);
        case Kind::number: static_cast<void>(number()); return;
        case Kind::boolean: static_cast<void>(boolean()); return;
        case Kind::null: return null();
    }
}

std::string_view JsonReader::raw() {
    static_cast<void>(look());
    const std::size_t from = at_;
    skip();
    return text_.substr(from, at_ - from);
}

void JsonReader::finish() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
    if (at_ != text_.size()) throw Malformed{};
}

}  // namespace faasd::aws::dynamodb
