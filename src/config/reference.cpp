// The configuration reference of the documentation, from the parser's own tables.
#include <set>

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "config/example.hpp"
#include "config/sections.hpp"

namespace faasd::config {
namespace {

constexpr std::string_view kIntroduction = R"(# Configuration: faasd.yaml

<!-- Made from the parser's tables; FAASD_WRITE_DOCS=1 on the test program of config writes it anew. -->

One file describes an app: its functions, what calls them, and the queues, buckets and tables they use.
`faasd check` reads it and shows every mistake at once, each with its place, its line and what is allowed:

```
faasd.yaml:6:5: error: unknown key 'timout' in function 'list_products'
        timout: 10s
        ^
  hint: did you mean 'timeout'?
```

While `faasd serve` runs, a saved faasd.yaml takes effect at once; one with mistakes leaves the running app as it is.

## An example with everything

```yaml
)";

constexpr std::string_view kRules = R"(```

## Rules for all of it

- **Paths** are relative to the folder of the file.
- **Durations** are numbers with a unit (`us`, `ms`, `s`, `m`, `h`, `d`, `w` and their English words), and several may
  stand together: `250ms`, `1.5s`, `1h30m`, `5 minutes`. A number without a unit is refused, except 0.
- **Sizes** are bytes, or numbers with a unit: `512`, `64KiB` (1024), `1.5MB` (1000), `6M` (1024 x 1024).
- **Variables**: `${NAME}` in any value is replaced from the daemon's environment; `${NAME:-default}` has a default
  for a variable that is unset or empty; `$${` is a plain `${`. Keys are taken as they are. A variable that is not set and
  has no default is a mistake. Messages show the text of the file, never the value of a variable.
- **Lists** of one element may be written without brackets.
- **Anchors**, aliases and merge keys (`<<: *common`) work, within limits: a file has at most 1 MiB, is at most 64
  levels deep, and has at most 200,000 values once its aliases are replaced.
- A key that faasd does not know, and a key that is there twice, are mistakes.

## For your editor

[faasd.schema.json](faasd.schema.json) is a JSON Schema for completion and checks while you type. Editors that speak
the YAML language server find it by a first line in the file:

```yaml
# yaml-language-server: $schema=path/to/faasd.schema.json
```

)";

std::string escaped(std::string text) {
    for (std::size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2))
        text.insert(at, "\\");
    return text;
}

std::string code(const std::string& text) {
    return text.empty() ? std::string() : '`' + text + '`';
}

// A default as one would write it in YAML.
std::string default_words(const FieldDescription& field) {
    if (field.required) return "*required*";
    if (field.default_json.empty()) return {};
    const auto json = base::parse_stored_json(field.default_json);
    if (json.is_string()) return code(json.get<std::string>());
    if (json.is_array()) {
        std::string list;
        for (const auto& one : json)
            list += (list.empty() ? "" : ", ") + one.get<std::string>();
        return code('[' + list + ']');
    }
    return code(field.default_json);
}

void collect(const ValueDescription& value, std::vector<const SectionDescription*>& order,
             std::set<const SectionDescription*>& seen);

void collect(const SectionDescription& section, std::vector<const SectionDescription*>& order,
             std::set<const SectionDescription*>& seen) {
    if (!seen.insert(&section).second) return;
    order.push_back(&section);
    for (const FieldDescription& field : section.fields)
        collect(field.value, order, seen);
}

void collect(const ValueDescription& value, std::vector<const SectionDescription*>& order,
             std::set<const SectionDescription*>& seen) {
    if (value.section) collect(*value.section, order, seen);
    for (const ValueDescription& part : value.parts)
        collect(part, order, seen);
}

std::string chapter(const SectionDescription& section) {
    std::string out = "## `" + section.title + "`\n\n" + section.doc + "\n\n";
    out += "| key | what | default | |\n|---|---|---|---|\n";
    for (const FieldDescription& field : section.fields)
        out += "| " + code(field.key) + " | " + escaped(allowed_words(field.value)) + " | " +
               escaped(default_words(field)) + " | " + escaped(field.doc) + " |\n";
    return out + '\n';
}

}  // namespace

std::string reference_page() {
    std::vector<const SectionDescription*> order;
    std::set<const SectionDescription*> seen;
    collect(app_section().description(), order, seen);
    std::string page(kIntroduction);
    page += kExample;
    page += kRules;
    for (const SectionDescription* section : order)
        page += chapter(*section);
    page.pop_back();
    return page;
}

}  // namespace faasd::config
