// Entries of log.read, as lines for a person or for a program.
#pragma once

#include <iosfwd>

#include <nlohmann/json_fwd.hpp>

namespace faasd::cli {

class LogPrinter {
  public:
    LogPrinter(std::ostream& out, bool json, bool colour) : out_(out), json_(json), colour_(colour) {}
    void print(const nlohmann::json& entry) const;

  private:
    std::ostream& out_;
    bool json_, colour_;
};

}  // namespace faasd::cli
