// One pass over one file: where mistakes go, what names refer to, and what can be checked only at the end.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "config/describe.hpp"
#include "config/yaml_tree.hpp"
#include "model/app.hpp"

namespace faasd::config {

// Not thread-safe. The nodes handed to it must outlive it.
class Reading {
  public:
    Reading(Diagnostics& diagnostics, std::filesystem::path folder)
        : diagnostics_(diagnostics), folder_(std::move(folder)) {}

    void error(const Node& at, std::string message, std::string hint = {});
    void warning(const Node& at, std::string message, std::string hint = {});
    [[nodiscard]] model::SourcePosition position(const Node& at) const {
        return diagnostics_.position(at.place);
    }

    // What is being read, for messages: "consumer of queue 'jobs'".
    class Scope {
      public:
        Scope(Reading& reading, std::string what) : reading_(reading) {
            reading_.scopes_.push_back(std::move(what));
        }
        ~Scope() { reading_.scopes_.pop_back(); }
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;

      private:
        Reading& reading_;
    };
    [[nodiscard]] std::string where() const;

    // One value each; nullopt after a report. `key` names it in the message.
    [[nodiscard]] std::optional<std::string> text(const std::string& key, const Node& node);
    [[nodiscard]] std::optional<bool> boolean(const std::string& key, const Node& node);
    [[nodiscard]] std::optional<std::int64_t> integer(const std::string& key, const Node& node,
                                                      const ValueDescription& allowed);
    [[nodiscard]] std::optional<base::Duration> duration(const std::string& key, const Node& node,
                                                         const ValueDescription& allowed);
    [[nodiscard]] std::optional<std::uint64_t> size(const std::string& key, const Node& node,
                                                    const ValueDescription& allowed);
    [[nodiscard]] std::optional<std::size_t> choice(const std::string& key, const Node& node,
                                                    const std::vector<std::string>& choices);
    // The elements of a list, or the one value that stands for it.
    [[nodiscard]] std::vector<const Node*> elements(const std::string& key, const Node& node);
    // Relative to the file's folder, normalised.
    [[nodiscard]] std::optional<std::filesystem::path> path(const std::string& key, const Node& node);
    void wrong_form(const std::string& key, const Node& node, const std::string& wanted);

    // Nobody sees a further message: hints that take a search need not be made.
    [[nodiscard]] bool full() const { return diagnostics_.full(); }

    // Whether the keys of a map are those of the section and none is missing.
    void check_keys(const SectionDescription& section, const Node& at, const Node& map);
    // Whether one of the map's unknown keys was probably meant to be this one.
    [[nodiscard]] static bool has_misspelt(const SectionDescription& section, const Node& map,
                                           std::string_view key);

    // The name must be one of the file; checked at the end.
    void refer(model::ResourceKind kind, const Node& at, std::string name);
    // A section that couldn't be read at all: names in it are unknown, so references to it are not judged.
    void give_up_on(model::ResourceKind kind) { unknown_.insert(kind); }
    // Whether the names of that kind could be read.
    [[nodiscard]] bool knows(model::ResourceKind kind) const { return !unknown_.contains(kind); }
    void at_end(std::function<void(const model::App&)> check) { checks_.push_back(std::move(check)); }
    void finish(const model::App& app);

    // For checks at the end: the definition of that name, or nullptr.
    [[nodiscard]] const model::FunctionDefinition* function(std::string_view name) const;
    [[nodiscard]] const model::QueueDefinition* queue(std::string_view name) const;
    [[nodiscard]] bool has(model::ResourceKind kind, std::string_view name) const;

  private:
    void check_reference(model::ResourceKind kind, const Node& at, const std::string& name,
                         const model::App& app);

    Diagnostics& diagnostics_;
    std::filesystem::path folder_;
    std::vector<std::string> scopes_;
    std::set<model::ResourceKind> unknown_;
    // Of the finished app: names to positions in its vectors.
    std::map<model::ResourceKind, std::map<std::string, std::size_t, std::less<>>> names_;
    const model::App* app_ = nullptr;
    std::vector<std::function<void(const model::App&)>> checks_;
};

// The text of a scalar for a message: as written, and marked where a variable hides the value.
[[nodiscard]] std::string shown(const Node& node);
[[nodiscard]] std::vector<std::string> names_of(const model::App& app, model::ResourceKind kind);

}  // namespace faasd::config
