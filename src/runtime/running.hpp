// What the calling thread runs right now, or has run last: for the handler of a fatal signal, which can ask
// nobody.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace faasd::runtime {

// The texts must outlive the scope. Scopes nest.
struct RunningFunction {
    const char* function = nullptr;
    std::size_t function_size = 0;
    const char* request_id = nullptr;
    std::size_t request_id_size = 0;
    const char* fingerprint = nullptr;  // of the module's content
    std::size_t fingerprint_size = 0;
};

// A copy that outlives the call: what a function breaks in memory may be noticed only later, by code of the
// daemon or of the thread's own end. Trivial, so that it is still there while a thread takes itself apart.
struct LastFunction {
    char function[160], request_id[80], fingerprint[80];
    std::size_t function_size, request_id_size, fingerprint_size;

    void remember(const RunningFunction& what) {
        function_size = copy(function, sizeof function, what.function, what.function_size);
        request_id_size = copy(request_id, sizeof request_id, what.request_id, what.request_id_size);
        fingerprint_size = copy(fingerprint, sizeof fingerprint, what.fingerprint, what.fingerprint_size);
    }

  private:
    static std::size_t copy(char* to, std::size_t room, const char* from, std::size_t size) {
        size = std::min(size, room);
        if (size > 0) std::memcpy(to, from, size);
        return size;
    }
};

extern constinit thread_local const RunningFunction* running_function;
extern constinit thread_local LastFunction last_function;  // empty before the thread's first

class RunningScope {
  public:
    explicit RunningScope(const RunningFunction& what) : previous_(running_function) {
        running_function = &what;
    }
    ~RunningScope() {
        last_function.remember(*running_function);
        running_function = previous_;
    }
    RunningScope(const RunningScope&) = delete;
    RunningScope& operator=(const RunningScope&) = delete;

  private:
    const RunningFunction* previous_;
};

}  // namespace faasd::runtime
