#include "aws/sqs/form.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <memory>

#include "aws/protocol/xml.hpp"
#include "aws/sqs/errors.hpp"
#include "base/json.hpp"

namespace faasd::aws::sqs {
namespace {

using nlohmann::json;

// Parameters as a tree: "Attribute.1.Name" is below "1" below "Attribute".
struct Node {
    std::string value;
    bool has_value = false;
    std::map<std::string, Node, std::less<>> children;
};
constexpr std::size_t deepest = 8;
// A batch of ten messages with ten attributes each has fewer than five hundred.
constexpr std::size_t most_parameters = 2000;

void insert(Node& root, std::string_view name, const std::string& value) {
    Node* at = &root;
    for (std::size_t depth = 0; depth < deepest && !name.empty(); ++depth) {
        const std::size_t dot = name.find('.');
        at = &at->children[std::string(name.substr(0, dot))];
        name = dot == std::string_view::npos ? std::string_view{} : name.substr(dot + 1);
    }
    at->value = value;
    at->has_value = true;
}

// Numbered children in the order of their numbers. One that is given without a number is a list of one.
std::vector<const Node*> in_order(const Node& list) {
    std::map<std::uint32_t, const Node*> numbered;
    for (const auto& [name, node] : list.children) {
        std::uint32_t number = 0;
        const auto [end, failure] = std::from_chars(name.data(), name.data() + name.size(), number);
        if (failure == std::errc{} && end == name.data() + name.size()) numbered.emplace(number, &node);
    }
    std::vector<const Node*> nodes;
    for (const auto& [number, node] : numbered)
        nodes.push_back(node);
    if (nodes.empty()) nodes.push_back(&list);
    return nodes;
}

struct KnownParameter {
    std::string_view parameter, member;
};
// Lists of texts.
constexpr std::array kLists{
    KnownParameter{"AttributeName", "AttributeNames"},
    KnownParameter{"MessageSystemAttributeName", "MessageSystemAttributeNames"},
    KnownParameter{"MessageAttributeName", "MessageAttributeNames"},
    KnownParameter{"TagKey", "TagKeys"},
    KnownParameter{"AWSAccountId", "AWSAccountIds"},
    KnownParameter{"ActionName", "Actions"},
};
// Maps, of Name or Key to Value.
constexpr std::array kMaps{
    KnownParameter{"Attribute", "Attributes"},
    KnownParameter{"MessageAttribute", "MessageAttributes"},
    KnownParameter{"MessageSystemAttribute", "MessageSystemAttributes"},
    KnownParameter{"Tag", "Tags"},
};
constexpr std::array<std::string_view, 6> kIntegers{"DelaySeconds",      "MaxNumberOfMessages",
                                                    "VisibilityTimeout", "WaitTimeSeconds",
                                                    "MaxResults",        "MaxNumberOfMessagesPerSecond"};

template <std::size_t N>
std::string_view find_known(const std::array<KnownParameter, N>& all, std::string_view parameter) {
    for (const KnownParameter& known : all)
        if (known.parameter == parameter) return known.member;
    return {};
}

json integer_or_text(std::string_view name, const std::string& text) {
    if (std::ranges::find(kIntegers, name) == kIntegers.end()) return text;
    std::int64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc{} || end != text.data() + text.size()) return text;
    return number;
}

bool is_list(std::string_view name) {
    const auto is_it = [name](const KnownParameter& known) {
        return known.member == name || known.parameter == name;
    };
    return name == "Entries" || name.ends_with("BatchRequestEntry") || std::ranges::any_of(kLists, is_it) ||
           std::ranges::any_of(kMaps, is_it);
}

json members_in(const Node& node);

json value_of(const Node& node) {
    if (node.children.empty()) return node.value;
    return members_in(node);
}

json map_of(const Node& list) {
    json map = json::object();
    for (const Node* entry : in_order(list)) {
        auto name = entry->children.find("Name");
        if (name == entry->children.end()) name = entry->children.find("Key");
        if (name == entry->children.end()) continue;
        const auto value = entry->children.find("Value");
        map[name->second.value] = value == entry->children.end() ? json("") : value_of(value->second);
    }
    return map;
}

json members_in(const Node& node) {
    json members = json::object();
    for (const auto& [name, child] : node.children) {
        // So is a list written that has no elements.
        if (child.children.empty() && child.value.empty() && is_list(name)) continue;
        if (const auto list = find_known(kLists, name); !list.empty()) {
            for (const Node* one : in_order(child))
                members[std::string(list)].push_back(one->value);
        } else if (const auto map = find_known(kMaps, name); !map.empty()) {
            members[std::string(map)] = map_of(child);
        } else if (name.ends_with("BatchRequestEntry")) {
            for (const Node* one : in_order(child))
                members["Entries"].push_back(members_in(*one));
        } else {
            members[name] = child.children.empty() ? integer_or_text(name, child.value) : members_in(child);
        }
    }
    return members;
}

// What the elements of a list and the entries of a map are called.
std::string element_name(std::string_view operation, std::string_view member) {
    if (member == "QueueUrls" || member == "queueUrls") return "QueueUrl";
    if (member == "Messages") return "Message";
    if (member == "Results") return "ListMessageMoveTasksResultEntry";
    if (member == "Successful") return std::string(operation) + "ResultEntry";
    if (member == "Failed") return "BatchResultErrorEntry";
    if (member == "Attributes") return "Attribute";
    if (member == "MessageAttributes") return "MessageAttribute";
    if (member == "Tags") return "Tag";
    return std::string(member);
}

void write_value(std::string_view operation, const std::string& name, const json& value, pugi::xml_node into);

void write_members(std::string_view operation, const json& members, pugi::xml_node into) {
    for (const auto& [name, value] : members.items())
        write_value(operation, name, value, into);
}

void write_value(std::string_view operation, const std::string& name, const json& value,
                 pugi::xml_node into) {
    if (value.is_array()) {
        for (const json& one : value)
            write_value(operation, element_name(operation, name), one, into);
    } else if (name == "Attributes" || name == "MessageAttributes" || name == "Tags") {
        for (const auto& [key, mapped] : value.items()) {
            pugi::xml_node entry = into.append_child(element_name(operation, name).c_str());
            add_text(entry, name == "Tags" ? "Key" : "Name", key);
            write_value(operation, "Value", mapped, entry);
        }
    } else if (value.is_object()) {
        write_members(operation, value, into.append_child(name.c_str()));
    } else {
        add_text(into, name.c_str(), value.is_string() ? value.get_ref<const std::string&>() : base::to_text(value));
    }
}

constexpr std::array<std::string_view, 9> kWithoutResult{
    "AddPermission",    "ChangeMessageVisibility", "DeleteMessage", "DeleteQueue", "PurgeQueue",
    "RemovePermission", "SetQueueAttributes",      "TagQueue",      "UntagQueue"};

class Form final : public QueryForm {
  public:
    [[nodiscard]] json params(std::string_view operation, const model::HttpRequest& request,
                              const Parameters& given) const override {
        if (given.size() > most_parameters)
            throw Refusal{invalid_parameter("A request has at most " + std::to_string(most_parameters) +
                                            " parameters.")};
        Node root;
        for (const auto& [name, value] : given)
            if (name != "Action" && name != "Version" && !name.starts_with("X-Amz-"))
                insert(root, name, value);
        json members = members_in(root);
        // Tags are the one member whose name differs between operations.
        if (operation == "CreateQueue" && members.contains("Tags")) {
            members["tags"] = std::move(members["Tags"]);
            members.erase("Tags");
        }
        // Requests are sent to the queue's own URL.
        if (!members.contains("QueueUrl") && request.raw_path.find('/', 1) != std::string_view::npos)
            members["QueueUrl"] = "http://" + std::string(request.host) + std::string(request.raw_path);
        return members;
    }
    void write(std::string_view operation, const json& result, pugi::xml_node into) const override {
        write_members(operation, result, into);
    }
    [[nodiscard]] bool has_result(std::string_view operation) const override {
        return std::ranges::find(kWithoutResult, operation) == kWithoutResult.end();
    }
    [[nodiscard]] std::string_view xml_namespace() const override {
        return "http://queue.amazonaws.com/doc/2012-11-05/";
    }
};

}  // namespace

std::shared_ptr<const QueryForm> make_form() {
    return std::make_shared<Form>();
}

}  // namespace faasd::aws::sqs
