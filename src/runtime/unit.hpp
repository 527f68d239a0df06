// What is loaded as one: a module, and the functions that come from it.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "model/app.hpp"
#include "runtime/function.hpp"
#include "runtime/image.hpp"
#include "runtime/loader.hpp"
#include "runtime/runtime.hpp"

namespace faasd::runtime {

struct Runtime::UnitUser {
    std::shared_ptr<Function> function;
    std::shared_ptr<const model::FunctionDefinition> definition;
    std::shared_ptr<const std::map<std::string, std::string>> environment;
};

// A module and the functions that come from it.
struct Runtime::Unit {
    using User = UnitUser;
    ModuleSpec spec;  // set before anybody else sees the unit
    // All guarded by units_mutex_:
    std::vector<User> users;
    std::shared_ptr<Image> image;
    std::vector<FileStamp> inputs;
    std::uint64_t loads = 0;
    std::shared_ptr<std::atomic<bool>> cold;
    bool loading = false;
    bool again = false;  // asked for while it was loading
    bool retired = false;
};

}  // namespace faasd::runtime
