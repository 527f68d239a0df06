// Where something stands in a file.
#pragma once

#include <string>

namespace faasd::model {

struct SourcePosition {
    std::string file;
    int line = 0, column = 0;  // from 1; 0: unknown
};

}  // namespace faasd::model
