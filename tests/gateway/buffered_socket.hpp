// One end of a connection in a test, client's or server's: blocking, with a time limit of five seconds for each read.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace faasd::gateway::testing {

// Does not own the descriptor.
class BufferedSocket {
  public:
    explicit BufferedSocket(int descriptor) : descriptor_(descriptor) {}
    // A head with its empty line; empty where the connection ended, or nothing came in time.
    std::string read_head();
    std::string read(std::size_t size);  // shorter where the connection ended
    std::string read_all();
    bool write(std::string_view bytes) const;
    void finish_writing() const;  // half close
    [[nodiscard]] int descriptor() const { return descriptor_; }

  protected:
    void reset_at_close() const;  // RST instead of FIN
    bool fill();

    int descriptor_;
    std::string buffer_;
};

}  // namespace faasd::gateway::testing
