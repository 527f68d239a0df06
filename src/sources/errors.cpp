#include "sources/errors.hpp"

#include <string>

namespace faasd::sources {
namespace {

struct SourceCategory final : std::error_category {
    [[nodiscard]] const char* name() const noexcept override { return "source"; }
    [[nodiscard]] std::string message(int value) const override {
        switch (static_cast<SourceErrc>(value)) {
            case SourceErrc::invalid_schedule:
                return "the schedule's expression is not valid";
            case SourceErrc::unknown_time_zone:
                return "the time zone is not known";
            case SourceErrc::no_such_function:
                return "the function does not exist";
            case SourceErrc::invalid_configuration:
                return "the source's configuration is not valid";
        }
        return "unknown source error";
    }
};

}  // namespace

const std::error_category& source_category() {
    static const SourceCategory category;
    return category;
}

}  // namespace faasd::sources
