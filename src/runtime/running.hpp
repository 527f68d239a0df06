// What the calling thread runs right now: for the handler of a fatal signal, which can ask nobody.
#pragma once

#include <cstddef>

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

extern thread_local const RunningFunction* running_function;

class RunningScope {
  public:
    explicit RunningScope(const RunningFunction& what) : previous_(running_function) {
        running_function = &what;
    }
    ~RunningScope() { running_function = previous_; }
    RunningScope(const RunningScope&) = delete;
    RunningScope& operator=(const RunningScope&) = delete;

  private:
    const RunningFunction* previous_;
};

}  // namespace faasd::runtime
