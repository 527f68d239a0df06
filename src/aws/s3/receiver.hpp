// Takes the body of a request into an object, piece by piece: a large one needs no memory of its size.
#pragma once

#include <memory>

#include "aws/s3/exchange.hpp"
#include "aws/s3/integrity.hpp"

namespace faasd::aws::s3 {

// What comes is written on the executor: a slow disk slows the client (model/body_intake.hpp), not the I/O
// thread. A body that came whole is written where it is. `done` comes with what was stored, on
// the store's writer thread; where anything is wrong, the exchange is refused and nothing stored.
void receive(ExchangePtr exchange, std::unique_ptr<Integrity> integrity,
             std::unique_ptr<model::ObjectWriter> writer,
             base::UniqueFunction<void(const ExchangePtr&, const model::ObjectInfo&)> done);

}  // namespace faasd::aws::s3
