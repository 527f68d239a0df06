#include <faasd/function.hpp>
#include <stdexcept>

namespace {
void init(faasd::Context&) {
    throw std::invalid_argument("DATABASE_URL is not set");
}
FAASD_INIT(init)
faasd::json never(const faasd::json&) {
    return 0;
}
FAASD_FUNCTION(never)
}  // namespace
