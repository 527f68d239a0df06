// The descriptor of an opened module, read with the distrust that a foreign binary deserves.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.hpp"
#include "faasd/abi.h"

namespace faasd::runtime {

// A member of an ABI struct is there only if the size which the other side announced covers it.
#define FAASD_HAS(object, member) \
    ((object)->size >= offsetof(std::remove_cvref_t<decltype(*(object))>, member) + sizeof((object)->member))

// Looks the symbol up in a dlopen handle, calls it and checks version and shape.
[[nodiscard]] base::Result<const faasd_module*> read_descriptor(void* handle, const std::string& name);

// What dlopen has to say, with the reason in plain words and what to do.
[[nodiscard]] std::string explain_dlopen_error(const std::string& module, const std::string& error);

}  // namespace faasd::runtime
