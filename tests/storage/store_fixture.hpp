// A temporary folder for a store, and a way to fill a group of its writer.
#pragma once

#include <future>

#include <gtest/gtest.h>

#include "storage/temporary_store.hpp"

namespace faasd::storage::test {

class StoreTest : public ::testing::Test {
  protected:
    // Holds the writer inside a job, so that what is handed in meanwhile lands in one group.
    class Gate {
      public:
        explicit Gate(Store& store) {
            std::promise<void> inside;
            auto entered = inside.get_future();
            store.write(
                [inside = std::move(inside),
                 opened = opened_.get_future()](model::Transaction&) mutable -> base::Result<> {
                    inside.set_value();
                    opened.wait();
                    return {};
                },
                {});
            entered.wait();
        }
        void open() { opened_.set_value(); }

      private:
        std::promise<void> opened_;
    };

    TemporaryFolder folder_;
};

}  // namespace faasd::storage::test
