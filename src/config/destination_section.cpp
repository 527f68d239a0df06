#include "config/destination_field.hpp"

namespace faasd::config {
namespace {

using model::Destination;
using model::ResourceKind;
using Optional = std::optional<Destination>;

Field<Optional> kind_field(ResourceKind kind, std::string doc) {
    const std::string key(to_string(kind));
    return {{key, ValueDescription::text("the name of a " + key), std::move(doc), {}, false},
            [key, kind](Reading& reading, const Node& node, Optional& into) {
                if (auto name = reading.text(key, node)) {
                    reading.refer(kind, node, *name);
                    into = Destination{kind, std::move(*name)};
                }
            }};
}

void check_destination(Reading& reading, const Node& at, const Node& map, Optional&) {
    const std::size_t kinds =
        (map.find("queue") ? 1U : 0U) + (map.find("function") ? 1U : 0U) + (map.find("bucket") ? 1U : 0U);
    if (kinds == 0)
        reading.error(at, reading.where() + " goes nowhere",
                      "write 'queue: name', 'function: name' or 'bucket: name'");
    if (kinds > 1)
        reading.error(at, reading.where() + " has more than one place to go",
                      "keep one of queue, function and bucket");
    if (const Node* queue = map.find("queue"); queue && queue->is_scalar())
        reading.at_end([&reading, queue](const model::App&) {
            const model::QueueDefinition* target = reading.queue(queue->text);
            if (target && target->attributes.fifo)
                reading.error(*queue, "a destination can't be a FIFO queue",
                              "use a standard queue, as Lambda demands");
        });
}

}  // namespace

const Section<Optional>& destination_section() {
    static const Section<Optional> section =
        Section<Optional>(
            "destination", "on_success, on_failure",
            "Where a record of what became of an event goes, as JSON with the request and the answer "
            "inside. One of the three.",
            {kind_field(ResourceKind::queue, "A standard queue: the record is the message's body."),
             kind_field(ResourceKind::function, "A function: it is called asynchronously with the record."),
             kind_field(ResourceKind::bucket,
                        "A bucket: the record is an object below `aws/lambda/async/<function>/`.")})
            .check(check_destination)
            .foreign(
                {{"topic", "there are no topics: use a queue, a function or a bucket"},
                 {"destination", "write 'queue: name', 'function: name' or 'bucket: name'"},
                 {"prefix", "the key of a record is fixed: aws/lambda/async/<function>/<date>/<time>-<id>"}});
    return section;
}

}  // namespace faasd::config
