#include "base/thread_name.hpp"

#include <pthread.h>

#include <cstdio>

namespace faasd::base {

void set_thread_name(const char* name) {
    char buffer[16];
    std::snprintf(buffer, sizeof buffer, "faasd-%s", name);
    pthread_setname_np(pthread_self(), buffer);
}

}  // namespace faasd::base
