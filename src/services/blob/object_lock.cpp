#include "services/blob/object_lock.hpp"

#include <chrono>

namespace faasd::blob {
namespace {

using model::BlobErrc;
using model::Retention;

base::Error without_lock() {
    return {BlobErrc::no_object_lock,
            "the bucket has no object lock: it is configured when a bucket is created, or later"};
}

// A year more on the calendar; the 29th of February becomes the 1st of March.
base::TimePoint plus_years(base::TimePoint time, std::uint32_t years) {
    using namespace std::chrono;
    const auto day = floor<days>(time);
    const year_month_day date = year_month_day{day} + std::chrono::years(years);
    const sys_days moved = date.ok() ? sys_days{date} : sys_days{date.year() / March / 1};
    return base::TimePoint{moved} + (time - day);
}

bool weakens(const Retention& now, const std::optional<Retention>& next) {
    if (!next) return true;
    return next->until < now.until || (now.compliance && !next->compliance);
}

}  // namespace

base::Result<> check_lock(const model::ObjectInfo& object, base::TimePoint now, bool bypass_governance) {
    if (object.legal_hold)
        return base::Error{BlobErrc::locked, "'" + object.key + "' is under a legal hold: lift it first"};
    if (!object.retention || object.retention->until <= now) return {};
    if (!object.retention->compliance && bypass_governance) return {};
    return base::Error{BlobErrc::locked,
                       "'" + object.key + "' is retained by its object lock until a later time"};
}

base::Result<> apply_default_lock(model::ObjectInfo& object, const model::ObjectLock& lock,
                                  base::TimePoint now) {
    if (!lock.enabled) {
        if (object.retention || object.legal_hold) return without_lock();
        return {};
    }
    if (object.retention || (lock.days == 0 && lock.years == 0)) return {};
    const base::TimePoint until =
        lock.years != 0 ? plus_years(now, lock.years) : now + std::chrono::hours{24} * lock.days;
    object.retention = Retention{lock.compliance, until};
    return {};
}

base::Result<> apply_update(model::ObjectInfo& object, const model::ObjectUpdate& update,
                            const model::ObjectLock& lock, base::TimePoint now) {
    if ((update.retention || update.legal_hold) && !lock.enabled) return without_lock();
    if (update.retention) {
        const bool holds = object.retention && object.retention->until > now;
        if (holds && weakens(*object.retention, *update.retention) &&
            (object.retention->compliance || !update.bypass_governance))
            return base::Error{BlobErrc::locked,
                               "'" + object.key + "' is retained: its retention may only be extended"};
        object.retention = *update.retention;
    }
    if (update.legal_hold) object.legal_hold = *update.legal_hold;
    if (update.tags) object.tags = *update.tags;
    for (const auto& [name, value] : update.properties) {
        if (value.empty())
            object.properties.erase(name);
        else
            object.properties[name] = value;
    }
    return {};
}

}  // namespace faasd::blob
