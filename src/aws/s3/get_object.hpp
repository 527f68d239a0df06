// Sending what an object holds.
#pragma once

#include <memory>

#include "aws/s3/exchange.hpp"

namespace faasd::aws::s3 {

// Answers with the bytes that the reader selects: a few in one piece, many as they are read. HEAD gets their
// number.
void send_content(Exchange& exchange, model::HttpResponse response,
                  std::unique_ptr<model::ObjectReader> reader);

}  // namespace faasd::aws::s3
