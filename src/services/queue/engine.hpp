// Queues with the semantics of Amazon SQS, standard and FIFO, over the store.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/timers.hpp"
#include "model/queues.hpp"
#include "storage/store.hpp"

namespace faasd::queue {

// Thread-safe. Holds no message in memory: a queue costs the same whatever its backlog, and what is
// acknowledged survives the process. Names are arbitrary UTF-8 of up to 80 bytes, perhaps
// behind a name space that ends in '/' (what AWS allows of them is
// its protocol's matter); a name that ends in ".fifo" is that of a FIFO queue. Batches hold up to
// limits.hpp's max_batch.
//
// Dead letters carry the name of the queue they come from as the system attribute DeadLetterQueueSourceArn:
// account and region, which make it an ARN, are the protocol's matter as well.
//
// Public sources of the rules: Amazon SQS Developer Guide and API Reference, 2012-11-05.
class QueueEngine final : public model::Queues {
  public:
    // Blocks for the store's set-up. Messages that an internal receiver of an earlier run had leased are
    // visible. All three must outlive the engine, and `clock` also the store.
    QueueEngine(storage::Store& store, const base::Clock& clock, base::Timers& timers);
    // Receives that wait are completed, empty, by the store's writer thread.
    ~QueueEngine() override;

    void create(std::string name, model::QueueAttributes attributes, base::Completion<> done) override;
    void ensure(std::string name, model::QueueAttributes attributes, base::Completion<> done) override;
    void set_attributes(std::string name, model::QueueAttributes attributes,
                        base::Completion<> done) override;
    void change_attributes(std::string name, Change change, base::Completion<> done) override;
    void remove(std::string name, base::Completion<> done) override;
    void purge(std::string name, base::Completion<> done) override;
    [[nodiscard]] base::Result<model::QueueInfo> info(std::string_view name) override;
    [[nodiscard]] base::Result<model::QueueAttributes> attributes(std::string_view name) override;
    [[nodiscard]] std::vector<std::string> list(std::string_view prefix = {}) override;
    [[nodiscard]] base::Result<std::vector<std::string>> redrive_sources(std::string_view name) override;

    void send(std::string queue, std::vector<model::SendRequest> entries,
              base::Completion<SendResults> done) override;
    base::Result<model::SendResult> send_in(model::Transaction&, std::string_view queue,
                                            model::SendRequest entry) override;

    ReceiveId receive(std::string queue, model::ReceiveRequest request,
                      base::Completion<std::vector<model::Message>> done) override;
    void cancel_receive(ReceiveId id) override;
    [[nodiscard]] base::Result<std::vector<model::Message>> peek(std::string_view queue,
                                                                 std::uint32_t limit) override;

    void remove_messages(std::string queue, std::vector<std::string> receipt_handles,
                         base::Completion<Results> done) override;
    base::Result<> remove_message_in(model::Transaction&, std::string_view queue,
                                     std::string_view receipt_handle) override;
    void change_visibility(std::string queue, std::vector<VisibilityChange> changes,
                           base::Completion<Results> done) override;

    void start_move(model::MoveRequest request, base::Completion<std::string> done) override;
    void cancel_move(std::string id, base::Completion<std::uint64_t> done) override;
    [[nodiscard]] base::Result<std::vector<model::Move>> moves(std::string_view source, std::size_t limit) override;

    struct Core;

  private:
    std::shared_ptr<Core> core_;
};

}  // namespace faasd::queue
