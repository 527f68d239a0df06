#include "config/yaml_tree.hpp"

#include <algorithm>
#include <map>
#include <sstream>
#include <unordered_map>
#include <unordered_set>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "config/encoding.hpp"
#include "config/interpolate.hpp"

namespace faasd::config {
namespace {

// What a configuration of thousands of functions needs, and what no alias bomb gets past.
constexpr std::size_t kMaxNodes = 200'000;
constexpr std::size_t kMaxBytes = 16 * 1024 * 1024;

// Thrown through yaml-cpp to stop it.
struct Refused {
    Place place;
    std::string message, hint;
};

Place place_of(const YAML::Mark& mark) {
    return {mark.line + 1, mark.column + 1};
}

class Builder final : public YAML::EventHandler {
  public:
    Builder(const Environment& env, Diagnostics& diagnostics) : env_(env), diagnostics_(diagnostics) {}

    Node take() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark&) override {}
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        complete(make(Node::Kind::null, mark), anchor);
    }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto found = anchors_.find(anchor);
        if (found == anchors_.end())
            throw Refused{place_of(mark), "this alias is inside of what it refers to", {}};
        charge_tree(found->second, mark, static_cast<int>(open_.size()));
        complete(found->second, YAML::NullAnchor);
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        check_tag(tag, mark);
        Node node = make(Node::Kind::scalar, mark);
        node.plain = tag == "?";
        node.written = value;
        node.text = value;
        const bool is_key = !open_.empty() && open_.back().node.is_map() && !open_.back().key;
        if (has_variables(value)) {
            if (is_key) {
                diagnostics_.error(node.place, "variables are replaced in values, not in keys");
            } else if (auto expanded = interpolate(value, env_)) {
                node.text = std::move(*expanded);
            } else {
                diagnostics_.error(node.place, expanded.error().message,
                                   "${VAR:-default} gives a value where VAR is not set; $${ is a plain ${");
            }
        }
        charge(1, node.text.size() + node.written.size(), node.place);
        complete(std::move(node), anchor);
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        check_tag(tag, mark);
        open(Node::Kind::list, mark, anchor);
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        check_tag(tag, mark);
        open(Node::Kind::map, mark, anchor);
    }
    void OnMapEnd() override {
        Node& map = open_.back().node;
        check_duplicates(map);
        resolve_merges(map);
        close();
    }

  private:
    struct Open {
        Node node;
        YAML::anchor_t anchor;
        std::optional<Node> key;  // of a map, waiting for its value
    };

    Node make(Node::Kind kind, const YAML::Mark& mark) {
        Node node;
        node.kind = kind;
        node.place = place_of(mark);
        if (kind != Node::Kind::scalar) charge(1, 0, node.place);
        return node;
    }

    // "?" and "!" are yaml-cpp's marks of plain and quoted text.
    void check_tag(const std::string& tag, const YAML::Mark& mark) {
        if (tag.size() > 1 && !tag.starts_with("tag:yaml.org,2002:"))
            diagnostics_.error(place_of(mark), "the tag " + in_quotes(tag) + " means nothing here",
                               "write plain values; ${VAR} takes one from the environment");
    }

    void charge(std::size_t nodes, std::size_t bytes, Place place) {
        nodes_ += nodes;
        bytes_ += bytes;
        if (nodes_ > kMaxNodes || bytes_ > kMaxBytes)
            throw Refused{place, "the file is too large once its aliases and variables are replaced",
                          "at most 200000 values and 16 MiB of text"};
    }

    void charge_tree(const Node& node, const YAML::Mark& mark, int depth) {
        if (depth > kMaxDepth) throw too_deep(place_of(mark));
        charge(1, node.text.size() + node.written.size(), place_of(mark));
        for (const Node& item : node.items)
            charge_tree(item, mark, depth + 1);
        for (const Entry& entry : node.entries) {
            charge_tree(entry.key, mark, depth + 1);
            charge_tree(entry.value, mark, depth + 1);
        }
    }

    static Refused too_deep(Place place) {
        return {place, "the file is nested more than " + std::to_string(kMaxDepth) + " levels deep", {}};
    }

    void open(Node::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
        Node node = make(kind, mark);
        if (open_.size() >= static_cast<std::size_t>(kMaxDepth)) throw too_deep(node.place);
        const bool is_key = !open_.empty() && open_.back().node.is_map() && !open_.back().key;
        if (is_key) throw Refused{node.place, "a key must be plain text", "quote it if it is meant as text"};
        open_.push_back({std::move(node), anchor, {}});
    }

    void close() {
        Open done = std::move(open_.back());
        open_.pop_back();
        complete(std::move(done.node), done.anchor);
    }

    void complete(Node node, YAML::anchor_t anchor) {
        if (anchor != YAML::NullAnchor) {
            charge_tree(node, YAML::Mark{}, 0);
            anchors_[anchor] = node;
        }
        if (open_.empty()) {
            root_ = std::move(node);
        } else if (Open& parent = open_.back(); parent.node.is_list()) {
            parent.node.items.push_back(std::move(node));
        } else if (!parent.key) {
            if (node.is_null()) throw Refused{node.place, "a key is missing", "write 'key: value'"};
            if (!node.is_scalar()) throw Refused{node.place, "a key must be plain text", {}};
            parent.key = std::move(node);
        } else {
            // yaml-cpp marks an absent value where the next thing starts.
            if (node.is_null()) node.place = parent.key->place;
            parent.node.entries.push_back({std::move(*parent.key), std::move(node)});
            parent.key.reset();
        }
    }

    void check_duplicates(Node& map) {
        std::unordered_map<std::string, int> first_lines;
        std::erase_if(map.entries, [&](const Entry& entry) {
            const auto [first, fresh] = first_lines.try_emplace(entry.key.text, entry.key.place.line);
            if (!fresh)
                diagnostics_.error(entry.key.place,
                                   "the key " + in_quotes(entry.key.written) + " is there twice",
                                   "the first one is on line " + std::to_string(first->second));
            return !fresh;
        });
    }

    // YAML's merge key: what the map itself says wins.
    void resolve_merges(Node& map) {
        const auto merge = std::find_if(map.entries.begin(), map.entries.end(), [](const Entry& entry) {
            return entry.key.plain && entry.key.text == "<<";
        });
        if (merge == map.entries.end()) return;
        Node value = std::move(merge->value);
        const Place place = merge->key.place;
        map.entries.erase(merge);
        std::unordered_set<std::string> present;
        for (const Entry& entry : map.entries)
            present.insert(entry.key.text);
        const auto take = [&](Node& from) {
            if (!from.is_map()) {
                diagnostics_.error(place, "'<<' merges mappings only", "write '<<: *anchor'");
                return;
            }
            for (Entry& entry : from.entries)
                if (present.insert(entry.key.text).second) map.entries.push_back(std::move(entry));
        };
        if (value.is_list()) {
            for (Node& item : value.items)
                take(item);
        } else {
            take(value);
        }
    }

    const Environment& env_;
    Diagnostics& diagnostics_;
    Node root_;
    std::vector<Open> open_;
    std::map<YAML::anchor_t, Node> anchors_;
    std::size_t nodes_ = 0, bytes_ = 0;
};

// What yaml-cpp says, and what it takes to put it right.
std::string hint_for(const std::string& problem, Place place, const Diagnostics& diagnostics) {
    for (int line = place.line; line > 0 && line >= place.line - 1; --line) {
        const std::string_view text = diagnostics.line(line);
        const std::string_view indentation = text.substr(0, text.find_first_not_of(" \t"));
        if (indentation.find('\t') != std::string_view::npos)
            return "line " + std::to_string(line) + " is indented with a tab; YAML takes spaces only";
    }
    if (problem.find("illegal map value") != std::string::npos)
        return "put a value that holds ': ' in quotes, and check the indentation";
    if (problem.find("end of map") != std::string::npos ||
        problem.find("end of sequence") != std::string::npos)
        return "check the indentation, and that every bracket, brace and quote is closed";
    if (problem.find("unknown token") != std::string::npos)
        return "text that starts with one of % @ ` needs quotes";
    if (problem.find("escape") != std::string::npos) return "use single quotes for text with backslashes";
    return {};
}

}  // namespace

const Node* Node::find(std::string_view key) const {
    for (const Entry& entry : entries)
        if (entry.key.text == key) return &entry.value;
    return nullptr;
}

std::optional<Node> parse_yaml(std::string_view text, const Environment& env, Diagnostics& diagnostics) {
    if (!has_readable_bytes(text, diagnostics)) return std::nullopt;
    std::istringstream input{std::string(text)};
    Builder builder(env, diagnostics);
    try {
        YAML::Parser parser(input);
        if (!parser.HandleNextDocument(builder)) return Node{};
        Node root = builder.take();
        struct SecondDocument final : YAML::EventHandler {
            void OnDocumentStart(const YAML::Mark& mark) override {
                throw Refused{place_of(mark), "a second document starts here",
                              "a faasd.yaml is one document: remove '---'"};
            }
            void OnDocumentEnd() override {}
            void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
            void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
            void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                          const std::string&) override {}
            void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                                 YAML::EmitterStyle::value) override {}
            void OnSequenceEnd() override {}
            void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                            YAML::EmitterStyle::value) override {}
            void OnMapEnd() override {}
        } second;
        parser.HandleNextDocument(second);
        return root;
    } catch (const Refused& refused) {
        diagnostics.error(refused.place, refused.message, refused.hint);
    } catch (const YAML::Exception& e) {
        const Place place = e.mark.is_null() ? Place{} : place_of(e.mark);
        diagnostics.error(place, "this is not valid YAML: " + e.msg, hint_for(e.msg, place, diagnostics));
    } catch (const std::exception&) {
        diagnostics.error({}, "this is not valid YAML");
    }
    return std::nullopt;
}

}  // namespace faasd::config
