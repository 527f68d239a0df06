#include "config/target_fields.hpp"

#include <algorithm>
#include <charconv>

namespace faasd::config {
namespace {

using model::HeaderRule;
using model::kWholeSplit;
using model::RouteDefinition;
using model::ShadowDefinition;
using model::Stickiness;

bool is_upstream(const model::App& app, std::string_view name) {
    return std::ranges::any_of(app.upstreams, [&](const auto& one) { return one.name == name; });
}

// The name must be a function's or an upstream's; checked at the end.
void refer_to_target(Reading& reading, const Node& at, std::string name) {
    reading.at_end([&reading, &at, name = std::move(name)](const model::App& app) {
        if (!reading.knows(model::ResourceKind::function) || reading.full()) return;
        if (reading.has(model::ResourceKind::function, name) || is_upstream(app, name)) return;
        auto names = names_of(app, model::ResourceKind::function);
        for (const auto& one : app.upstreams) names.push_back(one.name);
        reading.error(at, "there is no function and no upstream " + in_quotes(at.text == at.written ? name : at.written),
                      names.empty() ? "name it under 'functions:' or 'upstreams:'"
                                    : guess_or_list(name, names, "functions and upstreams of this file"));
    });
}

void refer_to_upstream(Reading& reading, const Node& at, std::string name) {
    reading.at_end([&reading, &at, name = std::move(name)](const model::App& app) {
        if (reading.full() || is_upstream(app, name)) return;
        std::vector<std::string> names;
        for (const auto& one : app.upstreams) names.push_back(one.name);
        reading.error(at, "there is no upstream " + in_quotes(at.text == at.written ? name : at.written),
                      names.empty() ? "name it under 'upstreams:'"
                                    : guess_or_list(name, names, "upstreams of this file"));
    });
}

// A share of all requests: 10%, 0.5%, or the bare number of percent.
std::optional<std::uint32_t> read_share(Reading& reading, const std::string& key, const Node& node) {
    const auto text = reading.text(key, node);
    if (!text) return std::nullopt;
    std::string_view digits = *text;
    if (digits.ends_with('%')) digits.remove_suffix(1);
    while (digits.ends_with(' ')) digits.remove_suffix(1);
    const auto point = digits.find('.');
    const std::string_view fraction = point == std::string_view::npos ? std::string_view{} : digits.substr(point + 1);
    const std::string_view whole = digits.substr(0, point);
    const auto is_number = [](std::string_view number) {
        return !number.empty() && std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; });
    };
    if (is_number(whole) && whole.size() <= 3 && (point == std::string_view::npos || is_number(fraction)) &&
        fraction.size() <= 3) {
        std::uint32_t thousandths = 0;
        const std::string all = std::string(whole) + std::string(fraction) + std::string(3 - fraction.size(), '0');
        std::from_chars(all.data(), all.data() + all.size(), thousandths);
        if (thousandths <= kWholeSplit) return thousandths;
    }
    reading.error(node, in_quotes(key) + ": " + shown(node) + " is no share",
                  "write a percentage from 0% to 100%, with up to three decimals: 10%, 0.5%");
    return std::nullopt;
}

std::string percent(std::uint64_t thousandths) {
    std::string text = std::to_string(thousandths / 1000);
    if (auto rest = thousandths % 1000; rest != 0) {
        std::string digits = std::to_string(1000 + rest).substr(1);
        while (digits.ends_with('0')) digits.pop_back();
        text += '.' + digits;
    }
    return text + '%';
}

// What would make the sum right: the last share, changed.
std::string corrected(const std::vector<model::WeightedTarget>& split, std::uint64_t sum) {
    const std::uint64_t others = sum - split.back().weight;
    if (others > kWholeSplit) return "lower them until they sum to 100%";
    return "for example " + split.back().target + ": " + percent(kWholeSplit - others);
}

void read_split(Reading& reading, const Node& node, RouteDefinition& into) {
    if (!node.is_map() || node.entries.empty())
        return reading.wrong_form("split", node, "a mapping from targets to shares: { new: 10%, legacy: 90% }");
    std::uint64_t sum = 0;
    bool readable = true;
    for (const Entry& entry : node.entries) {
        refer_to_target(reading, entry.key, entry.key.text);
        const auto share = read_share(reading, entry.key.written, entry.value);
        readable = readable && share.has_value();
        into.split.push_back({entry.key.text, share.value_or(0)});
        sum += share.value_or(0);
    }
    if (readable && sum != kWholeSplit)
        reading.error(node, "the shares of " + reading.where() + " sum to " + percent(sum) + ", not to 100%",
                      corrected(into.split, sum));
}

bool is_header_name(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

// `what`: "a header", "a cookie".
std::optional<std::string> read_token(Reading& reading, const std::string& key, const Node& node) {
    auto name = reading.text(key, node);
    if (!name || is_header_name(*name)) return name;
    reading.error(node, in_quotes(key) + ": " + shown(node) + " can't be the name of a " + key,
                  "write letters, digits, '-' and '_'");
    return std::nullopt;
}

Field<Stickiness> sticky_part(std::string key, Stickiness::Kind kind, std::string doc) {
    return {{key, ValueDescription::text("the name of a " + key), std::move(doc), {}, false},
            [key, kind](Reading& reading, const Node& node, Stickiness& into) {
                into.kind = kind;
                if (auto name = read_token(reading, key, node)) into.name = std::move(*name);
            }};
}

Field<HeaderRule> header_text(std::string key, HeaderRule::Match match, std::string doc) {
    return {{key, ValueDescription::text("text"), std::move(doc), {}, false},
            [key, match](Reading& reading, const Node& node, HeaderRule& into) {
                if (auto text = reading.text(key, node)) {
                    into.match = match;
                    into.text = std::move(*text);
                }
            }};
}

Field<HeaderRule> present_field() {
    ValueDescription flag;
    flag.kind = ValueDescription::Kind::boolean;
    return {{"present", flag, "true: whatever its value is. The default.", {}, false},
            [](Reading& reading, const Node& node, HeaderRule&) {
                if (!reading.boolean("present", node).value_or(true))
                    reading.error(node, "'present' is true or not there", "requests without the header take the route's "
                                                                          "own target");
            }};
}

template <class T, class Member>
Field<T> target_field(std::string key, Member member, std::string doc) {
    return {{key, ValueDescription::text("the name of a function or an upstream"), std::move(doc), {}, false},
            [key, member](Reading& reading, const Node& node, T& into) {
                if (auto name = reading.text(key, node)) {
                    refer_to_target(reading, node, *name);
                    std::invoke(member, into) = std::move(*name);
                }
            }};
}

Field<HeaderRule> rule_header_field() {
    return {{"header", ValueDescription::text("the name of a header"), "The header that decides.", {}, false},
            [](Reading& reading, const Node& node, HeaderRule& into) {
                if (auto name = read_token(reading, "header", node)) into.header = std::move(*name);
            }};
}

Field<RouteDefinition> when_field() {
    return {{"when",
             ValueDescription::list_of(header_rule_section().value()),
             "Requests with a certain header go elsewhere. The first rule that applies counts.",
             {},
             false},
            [](Reading& reading, const Node& node, RouteDefinition& into) {
                if (node.is_null()) return;
                std::vector<const Node*> all;
                if (node.is_map()) {
                    all.push_back(&node);
                } else {
                    all = reading.elements("when", node);
                }
                for (const Node* one : all) {
                    Reading::Scope scope(reading, "rule");
                    header_rule_section().read(reading, *one, *one, into.when.emplace_back());
                }
            }};
}

Field<ShadowDefinition> share_field() {
    return {{"share", ValueDescription::text("a percentage"), "Of the requests.", "\"100%\"", false},
            [](Reading& reading, const Node& node, ShadowDefinition& into) {
                if (const auto share = read_share(reading, "share", node)) into.share = *share;
            }};
}

void check_ignored(Reading& reading, const Node&, const Node& map, ShadowDefinition&) {
    const Node* const ignore = map.find("ignore");
    if (!ignore || (!ignore->is_list() && !ignore->is_scalar())) return;
    for (const Node* one : reading.elements("ignore", *ignore))
        if (one->is_scalar() && !one->text.starts_with('/'))
            reading.error(*one, shown(*one) + " is no JSON pointer", "write '/' before each member's name: /meta/time");
}

}  // namespace

const Section<Stickiness>& sticky_section() {
    using S = Stickiness;
    static const Section<S> section =
        Section<S>("sticky", "routes.<name>.sticky",
                   "A client stays with its target: the same value leads to the same one, and when a weight grows only "
                   "as many clients move as have to.",
                   {sticky_part("cookie", S::Kind::cookie,
                                "The cookie that tells clients apart. One who has none gets a random one."),
                    sticky_part("header", S::Kind::header,
                                "The header that tells clients apart. A request without it goes by the weights.")})
            .check([](Reading& reading, const Node& at, const Node& map, S&) {
                if (map.find("cookie") && map.find("header"))
                    reading.error(at, reading.where() + " has both 'cookie' and 'header'", "keep one of them");
                if (map.entries.empty())
                    reading.error(at, reading.where() + " says nothing", "write { cookie: name } or { header: name }");
            });
    return section;
}

const Section<HeaderRule>& header_rule_section() {
    using H = HeaderRule;
    static const Section<H> section =
        Section<H>("rule", "routes.<name>.when[]", "Sends requests with a certain header to a target of their own.",
                   {rule_header_field().required(),
                    header_text("value", H::Match::value, "Its value has to be exactly this."),
                    header_text("prefix", H::Match::prefix, "Its value has to start with this."), present_field(),
                    target_field<H>("to", &H::target, "Where such requests go: a function or an upstream.").required()})
            .check([](Reading& reading, const Node& at, const Node& map, H&) {
                if ((map.find("value") != nullptr) + (map.find("prefix") != nullptr) +
                        (map.find("present") != nullptr) > 1)
                    reading.error(at, reading.where() + " has more than one of 'value', 'prefix' and 'present'",
                                  "keep one of them");
            });
    return section;
}

const Section<ShadowDefinition>& shadow_section() {
    using S = ShadowDefinition;
    static const Section<S> section =
        Section<S>("shadow", "routes.<name>.shadow",
                   "Sends a copy of the requests to another target too, compares its answers with those that the callers "
                   "get, and reports what differs. Callers never wait for it and never see it. The short form is the "
                   "target alone.",
                   {target_field<S>("to", &S::target, "Where the copies go: a function or an upstream.").required(),
                    share_field(),
                    list_field<S>("ignore", &S::ignore, "a JSON pointer: /meta/time", {},
                                  "Members of a JSON body that may differ.")})
            .check(check_ignored)
            .short_form(ValueDescription::text("the name of a function or an upstream"),
                        [](Reading& reading, const Node& node, S& into) {
                            if (auto name = reading.text("shadow", node)) {
                                refer_to_target(reading, node, *name);
                                into.target = std::move(*name);
                            }
                        });
    return section;
}

std::vector<Field<RouteDefinition>> target_fields() {
    using R = RouteDefinition;
    return {{{"upstream", ValueDescription::text("the name of an upstream"),
              "The upstream that answers. Either this, `function` or `split`.", {}, false},
             [](Reading& reading, const Node& node, R& into) {
                 if (auto name = reading.text("upstream", node)) {
                     refer_to_upstream(reading, node, *name);
                     into.upstream = std::move(*name);
                 }
             }},
            {{"split",
              ValueDescription::map_of(ValueDescription::text("a percentage", R"(^[0-9]+(\.[0-9]+)? *%?$)"),
                                       "a mapping from functions and upstreams to percentages that sum to 100%"),
              "Shares the requests out: `{ new_version: 10%, legacy: 90% }`.", {}, false},
             read_split},
            section_field<R>("sticky", &R::sticky, sticky_section(),
                             "What keeps a client with the same target of the split."),
            when_field(),
            section_field<R>("shadow", &R::shadow, shadow_section(), "Who gets a copy of the requests.")};
}

void check_targets(Reading& reading, const Node& at, const Node& map, RouteDefinition&) {
    const int targets = (map.find("function") != nullptr) + (map.find("upstream") != nullptr) +
                        (map.find("split") != nullptr);
    if (targets > 1)
        reading.error(at, reading.where() + " has more than one of 'function', 'upstream' and 'split'",
                      "keep one of them; 'split' takes several targets, and 'when' sends some requests elsewhere");
    const SectionDescription& section = route_section().description();
    if (targets == 0 && !Reading::has_misspelt(section, map, "function") &&
        !Reading::has_misspelt(section, map, "upstream") && !Reading::has_misspelt(section, map, "split"))
        reading.error(at, reading.where() + " leads nowhere",
                      "write 'function: name', 'upstream: name', or 'split: { name: 10%, other: 90% }'");
    const Node* const sticky = map.find("sticky");
    if (sticky && !map.find("split"))
        reading.error(*sticky, "'sticky' goes with 'split'", "remove it: there is only one target to stay with");
}

void check_upstream_names(Reading& reading, const Node&, const Node& map, model::App&) {
    const Node* const upstreams = map.find("upstreams");
    if (!upstreams || !upstreams->is_map()) return;
    for (const Entry& entry : upstreams->entries)
        reading.at_end([&reading, &key = entry.key](const model::App&) {
            if (reading.has(model::ResourceKind::function, key.text))
                reading.error(key, in_quotes(key.written) + " is a function and an upstream",
                              "give one of them another name: routes name both in the same way");
        });
}

}  // namespace faasd::config
