// The JSON Schema for editors, from the parser's own tables.
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "config/sections.hpp"

namespace faasd::config {
namespace {

using Json = nlohmann::ordered_json;
using Kind = ValueDescription::Kind;

// Any scalar may be made of variables.
constexpr const char* kVariable = R"(\$\{)";

class SchemaWriter {
  public:
    Json write(const SectionDescription& root) {
        Json schema = {{"$schema", "http://json-schema.org/draft-07/schema#"},
                       {"title", "faasd.yaml"},
                       {"description", "An app of faasd, the serverless cloud in one small daemon."}};
        schema.update(section(root));
        definitions_["variable"] = {{"type", "string"}, {"pattern", kVariable}};
        schema["definitions"] = definitions_;
        return schema;
    }

  private:
    static std::string definition_name(const SectionDescription& section) {
        std::string name = section.title;
        for (const char* part : {"<name>", "[]"})
            for (std::size_t at = name.find(part); at != std::string::npos; at = name.find(part))
                name.erase(at, std::string_view(part).size());
        std::string out;
        for (const char c : name) {
            if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_') {
                out += c;
            } else if (!out.empty() && out.back() != '-') {
                out += '-';
            }
        }
        while (out.ends_with('-'))
            out.pop_back();
        return out;
    }

    Json section(const SectionDescription& description) {
        Json out = {{"type", "object"}, {"additionalProperties", false}};
        Json properties = Json::object();
        Json required = Json::array();
        for (const FieldDescription& field : description.fields) {
            Json one = value(field.value);
            // Siblings of $ref are ignored in draft-07.
            if (one.contains("$ref")) one = {{"allOf", Json::array({one})}};
            one["description"] = field.doc;
            if (!field.default_json.empty()) one["default"] = Json::parse(field.default_json);
            properties[field.key] = std::move(one);
            if (field.required) required.push_back(field.key);
        }
        out["properties"] = std::move(properties);
        if (!required.empty()) out["required"] = std::move(required);
        return out;
    }

    Json reference(const SectionDescription& description) {
        const std::string name = definition_name(description);
        if (!definitions_.contains(name)) {
            definitions_[name] = Json::object();
            Json one = section(description);
            one["description"] = description.doc;
            definitions_[name] = std::move(one);
        }
        return {{"$ref", "#/definitions/" + name}};
    }

    static Json or_variable(Json exact) {
        return {{"anyOf", Json::array({std::move(exact), {{"$ref", "#/definitions/variable"}}})}};
    }

    Json value(const ValueDescription& description) {
        switch (description.kind) {
            case Kind::text: {
                Json out = {{"type", "string"}};
                if (description.pattern.empty()) return out;
                out["pattern"] = description.pattern;
                return or_variable(std::move(out));
            }
            case Kind::choice:
                return or_variable({{"type", "string"}, {"enum", description.choices}});
            case Kind::boolean:
                return or_variable({{"type", "boolean"}});
            case Kind::integer: {
                Json out = {{"type", "integer"}};
                if (description.min) out["minimum"] = *description.min;
                if (description.max) out["maximum"] = *description.max;
                return or_variable(std::move(out));
            }
            case Kind::duration:
                return or_variable(
                    {{"anyOf", Json::array({{{"const", 0}},
                                            {{"type", "string"},
                                             {"pattern", R"(^\s*(0|([0-9.]+\s*[A-Za-zµ]+\s*)+)$)"}}})}});
            case Kind::size:
                return or_variable(
                    {{"anyOf", Json::array({{{"type", "integer"}, {"minimum", 0}},
                                            {{"type", "string"},
                                             {"pattern", R"(^\s*[0-9.]+\s*([KMGT]i?B?|kB|B)?\s*$)"}}})}});
            case Kind::anything:
                return Json::object();
            case Kind::list: {
                Json element = value(description.parts.front());
                Json list = {{"type", "array"}, {"items", element}};
                return {{"anyOf", Json::array({std::move(list), std::move(element)})}};
            }
            case Kind::map: {
                Json element = value(description.parts.front());
                // Whatever has only defaults may be left empty, and so may a variable.
                element = {{"anyOf", Json::array({std::move(element), {{"type", "null"}}})}};
                if (description.parts.front().kind == Kind::text && description.parts.front().pattern.empty())
                    element = {{"type", Json::array({"string", "number", "boolean", "null"})}};
                Json out = {{"type", Json::array({"object", "null"})}};
                if (description.pattern.empty()) {
                    out["additionalProperties"] = std::move(element);
                } else {
                    out["patternProperties"] = {{description.pattern, std::move(element)}};
                    out["additionalProperties"] = false;
                }
                return out;
            }
            case Kind::section:
                return reference(*description.section);
            case Kind::either: {
                Json forms = Json::array();
                for (const ValueDescription& form : description.parts)
                    forms.push_back(value(form));
                return {{"anyOf", std::move(forms)}};
            }
        }
        return {};
    }

    Json definitions_ = Json::object();
};

}  // namespace

std::string json_schema() {
    return base::to_text(SchemaWriter().write(app_section().description()), 2) + '\n';
}

}  // namespace faasd::config
