#include <faasd/function.hpp>
