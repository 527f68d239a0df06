// Which web pages may use a bucket ("Using cross-origin resource sharing (CORS)", S3 User Guide).
#pragma once

#include "aws/s3/exchange.hpp"

namespace faasd::aws::s3 {

// Gives the answer the headers by which a page may read it, where a rule of the bucket matches its Origin.
// Throws Refused where a page that no rule names, of another machine, would change something.
void admit_page(Exchange& exchange);
// OPTIONS.
void answer_preflight(const ExchangePtr& exchange);

}  // namespace faasd::aws::s3
