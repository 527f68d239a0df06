#include "services/queue/attributes.hpp"

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "base/text.hpp"
#include "base/units.hpp"
#include "services/queue/limits.hpp"

namespace faasd::queue {
namespace {

using model::QueueErrc;
using nlohmann::json;

base::Error outside(std::string_view queue, std::string_view what, const std::string& value,
                    const std::string& from, const std::string& to) {
    return {QueueErrc::invalid_attribute, "queue " + std::string(queue) + ": the " + std::string(what) +
                                              " is " + value + ", allowed is " + from + " to " + to};
}

base::Result<> check_range(std::string_view queue, std::string_view what, base::Duration value,
                           base::Duration from, base::Duration to) {
    if (value >= from && value <= to) return {};
    return outside(queue, what, base::format_duration(value), base::format_duration(from),
                   base::format_duration(to));
}

base::Result<> check_range(std::string_view queue, std::string_view what, std::uint32_t value,
                           std::uint32_t from, std::uint32_t to) {
    if (value >= from && value <= to) return {};
    return outside(queue, what, std::to_string(value), std::to_string(from), std::to_string(to));
}

}  // namespace

base::Result<> check_name(std::string_view name, bool fifo) {
    if (name.empty()) return base::Error(QueueErrc::invalid_parameter, "a queue needs a name");
    // What stands before the last '/' is a name space, not the name.
    const std::size_t size = name.size() - (name.rfind('/') + 1);
    if (size > max_name_length || name.size() - size > max_name_length) {
        return base::Error(QueueErrc::invalid_parameter,
                           "the queue name " + std::string(name) + " has " + std::to_string(size) +
                               " characters, allowed are " + std::to_string(max_name_length));
    }
    if (!base::is_valid_utf8(name))
        return base::Error(QueueErrc::invalid_parameter, "a queue name must be UTF-8");
    if (fifo != name.ends_with(".fifo")) {
        return base::Error(
            QueueErrc::invalid_parameter,
            "queue " + std::string(name) +
                (fifo ? ": the name of a FIFO queue must end in .fifo"
                      : ": a name that ends in .fifo is for FIFO queues, and this one is not"));
    }
    return {};
}

base::Result<> check_attributes(std::string_view queue, const model::QueueAttributes& a) {
    const std::chrono::seconds none{0};
    if (auto r = check_range(queue, "visibility timeout", a.visibility_timeout, none, max_visibility_timeout);
        !r)
        return r;
    if (auto r = check_range(queue, "delay", a.delay, none, max_delay); !r) return r;
    if (auto r = check_range(queue, "retention period", a.retention, min_retention, max_retention); !r)
        return r;
    if (auto r = check_range(queue, "receive wait time", a.receive_wait, none, max_receive_wait); !r)
        return r;
    if (auto r = check_range(queue, "maximum message size", a.max_message_size, min_message_size,
                             max_message_size);
        !r) {
        return r;
    }
    if (!a.fifo && (a.content_based_deduplication || a.deduplicate_by_group)) {
        return base::Error(QueueErrc::invalid_attribute,
                           "queue " + std::string(queue) + ": deduplication is for FIFO queues only");
    }
    if (a.redrive) {
        if (auto r = check_range(queue, "maximum receive count", a.redrive->max_receive_count, 1,
                                 max_receive_count);
            !r) {
            return r;
        }
        if (a.redrive->dead_letter_queue.empty() || a.redrive->dead_letter_queue == queue) {
            return base::Error(
                QueueErrc::invalid_attribute,
                "queue " + std::string(queue) + ": the dead-letter queue must be another queue");
        }
        if (a.redrive->dead_letter_queue.ends_with(".fifo") != a.fifo) {
            return base::Error(
                QueueErrc::invalid_attribute,
                "queue " + std::string(queue) + ": the dead-letter queue of a " +
                    (a.fifo ? "FIFO queue must be a FIFO queue" : "standard queue must be a standard queue") +
                    ", and " + a.redrive->dead_letter_queue + " is not");
        }
    }
    return {};
}

std::string to_json(const model::QueueAttributes& a) {
    json j = {{"visibility_timeout", a.visibility_timeout.count()},
              {"delay", a.delay.count()},
              {"retention", a.retention.count()},
              {"receive_wait", a.receive_wait.count()},
              {"max_message_size", a.max_message_size},
              {"fifo", a.fifo},
              {"content_based_deduplication", a.content_based_deduplication},
              {"deduplicate_by_group", a.deduplicate_by_group},
              {"other", a.other},
              {"tags", a.tags}};
    if (a.redrive) {
        j["redrive"] = {{"dead_letter_queue", a.redrive->dead_letter_queue},
                        {"max_receive_count", a.redrive->max_receive_count}};
    }
    if (a.redrive_allow) {
        j["redrive_allow"] = {{"permission", static_cast<int>(a.redrive_allow->permission)},
                              {"sources", a.redrive_allow->sources}};
    }
    return base::to_text(j);
}

model::QueueAttributes attributes_from_json(std::string_view text) {
    const json j = base::parse_stored_json(text);
    model::QueueAttributes a;
    const auto duration = [&](const char* name, base::Duration& into) {
        into = base::Duration{j.value(name, into.count())};
    };
    duration("visibility_timeout", a.visibility_timeout);
    duration("delay", a.delay);
    duration("retention", a.retention);
    duration("receive_wait", a.receive_wait);
    a.max_message_size = j.value("max_message_size", a.max_message_size);
    a.fifo = j.value("fifo", a.fifo);
    a.content_based_deduplication = j.value("content_based_deduplication", a.content_based_deduplication);
    a.deduplicate_by_group = j.value("deduplicate_by_group", a.deduplicate_by_group);
    a.other = j.value("other", a.other);
    a.tags = j.value("tags", a.tags);
    if (const auto allow = j.find("redrive_allow"); allow != j.end()) {
        const auto permission = static_cast<model::RedriveAllow::Permission>(allow->value("permission", 0));
        a.redrive_allow = model::RedriveAllow{permission, allow->value("sources", std::vector<std::string>())};
    }
    if (const auto redrive = j.find("redrive"); redrive != j.end()) {
        a.redrive = model::RedrivePolicy{redrive->value("dead_letter_queue", std::string()),
                                         redrive->value("max_receive_count", 10u)};
    }
    return a;
}

}  // namespace faasd::queue
