// Which of its targets a route sends a request to.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/app.hpp"
#include "model/http.hpp"

namespace faasd::gateway {

// The share-weighted choice among targets. Immutable; thread-safe.
//
// Rendezvous hashing with weights ("weighted highest random weight"): each target draws an exponentially distributed
// number from a hash of the key and its own name, divided by its weight, and the lowest wins. So the same key always
// leads to the same target, in whatever order the targets are listed, in this process and the next; between two targets
// exactly the share by which a weight grew moves, and nobody moves from a target that grew.
class Split {
  public:
    explicit Split(std::vector<model::WeightedTarget> targets) : targets_(std::move(targets)) {}
    // The index of a target with `usable(index)`, or nothing where none has a weight and is usable.
    [[nodiscard]] std::optional<std::size_t> choose(std::string_view key,
                                                    const std::function<bool(std::size_t)>& usable = {}) const;
    [[nodiscard]] const std::vector<model::WeightedTarget>& targets() const { return targets_; }

  private:
    std::vector<model::WeightedTarget> targets_;
};

// A hash that stays the same over versions: clients stick over an update of faasd. FNV-1a, then a finalizer.
[[nodiscard]] std::uint64_t stable_hash(std::string_view a, std::string_view b = {});

[[nodiscard]] bool applies(const model::HeaderRule& rule, const model::HttpRequest& request);

struct Choice {
    std::string target;      // empty: none of the targets can be used now
    std::string new_cookie;  // a whole Set-Cookie value, for a client that had none
};

// `usable(name)`: whether the target can take requests now. A rule of `when` that applies names its target whether it is
// usable or not, and so does a route with one target. `random`: fresh random digits, for a client without a key.
[[nodiscard]] Choice choose_target(const model::RouteDefinition& route, const model::HttpRequest& request,
                                   const std::function<bool(const std::string&)>& usable,
                                   const std::function<std::string()>& random);

}  // namespace faasd::gateway
