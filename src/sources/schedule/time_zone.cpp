#include "sources/schedule/time_zone.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/text.hpp"
#include "sources/errors.hpp"
#include "sources/schedule/civil.hpp"

namespace faasd::sources {
namespace {

std::int64_t big_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char c : bytes)
        value = (value << 8) | static_cast<unsigned char>(c);
    if (bytes.size() == 4) return static_cast<std::int32_t>(value);
    return static_cast<std::int64_t>(value);
}

constexpr std::size_t kHeaderSize = 44;

struct Header {
    std::size_t utc_flags, standard_flags, leaps, changes, types, characters;
    char version;

    [[nodiscard]] std::size_t body_size(std::size_t time_size) const {
        return changes * (time_size + 1) + types * 6 + characters + leaps * (time_size + 4) + standard_flags +
               utc_flags;
    }
};

std::optional<Header> parse_header(std::string_view bytes) {
    if (bytes.size() < kHeaderSize || !bytes.starts_with("TZif")) return std::nullopt;
    const auto count = [&](std::size_t at) {
        return static_cast<std::size_t>(big_endian(bytes.substr(at, 4)));
    };
    const Header header{count(20), count(24), count(28), count(32), count(36), count(40), bytes[4]};
    constexpr std::size_t sane = 1 << 20;
    for (const std::size_t n : {header.utc_flags, header.standard_flags, header.leaps, header.changes,
                                header.types, header.characters}) {
        if (n > sane) return std::nullopt;
    }
    return header;
}

std::optional<std::string> did_you_mean(std::string_view name, const std::filesystem::path& folder) {
    std::vector<std::string> names;
    std::error_code error;
    for (std::filesystem::recursive_directory_iterator it(folder, error), end; !error && it != end;
         it.increment(error)) {
        const std::string relative = it->path().lexically_relative(folder).generic_string();
        if (relative.starts_with("posix") || relative.starts_with("right")) continue;
        if (!relative.empty() && relative.front() >= 'A' && relative.front() <= 'Z')
            names.push_back(relative);
    }
    return base::closest(name, names);
}

}  // namespace

std::shared_ptr<const TimeZone> TimeZone::utc() {
    static const auto zone = std::make_shared<const TimeZone>();
    return zone;
}

std::shared_ptr<const TimeZone> TimeZone::parse(std::string_view tzif) {
    auto header = parse_header(tzif);
    if (!header) return nullptr;
    tzif.remove_prefix(kHeaderSize);
    std::size_t time_size = 4;
    if (header->version >= '2') {
        if (tzif.size() < header->body_size(4)) return nullptr;
        tzif.remove_prefix(header->body_size(4));
        header = parse_header(tzif);
        if (!header) return nullptr;
        tzif.remove_prefix(kHeaderSize);
        time_size = 8;
    }
    if (tzif.size() < header->body_size(time_size) || header->types == 0) return nullptr;
    const std::string_view times = tzif.substr(0, header->changes * time_size);
    const std::string_view indexes = tzif.substr(times.size(), header->changes);
    const std::string_view types = tzif.substr(times.size() + indexes.size(), header->types * 6);
    const auto offset_of = [&](std::size_t type) {
        return static_cast<std::int32_t>(big_endian(types.substr(type * 6, 4)));
    };

    auto zone = std::make_shared<TimeZone>();
    zone->initial_offset_ = offset_of(0);
    for (std::size_t i = 0; i < header->changes; ++i) {
        const auto type = static_cast<std::size_t>(static_cast<unsigned char>(indexes[i]));
        const UtcSeconds at = big_endian(times.substr(i * time_size, time_size));
        if (type >= header->types) return nullptr;
        if (!zone->changes_.empty() && at <= zone->changes_.back().at) return nullptr;
        zone->changes_.push_back({at, offset_of(type)});
    }
    std::string_view footer = tzif.substr(header->body_size(time_size));
    if (time_size == 8 && footer.size() >= 2 && footer.front() == '\n') {
        footer.remove_prefix(1);
        footer = footer.substr(0, footer.find('\n'));
        if (!footer.empty()) {
            zone->rule_ = PosixRule::parse(footer);
            if (!zone->rule_) return nullptr;
        }
    }
    return zone;
}

base::Result<std::shared_ptr<const TimeZone>> TimeZone::load(std::string_view name,
                                                             const std::filesystem::path& folder) {
    if (name == "UTC" || name == "Etc/UTC" || name == "GMT" || name == "Z") return utc();
    const bool harmless =
        !name.empty() && name.size() < 100 && name.front() != '/' &&
        name.find("..") == std::string_view::npos &&
        name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-/") ==
            std::string_view::npos;
    std::error_code ignored;
    if (harmless && std::filesystem::is_regular_file(folder / name, ignored)) {
        std::ifstream file(folder / name, std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(file), {}};
        if (auto zone = parse(bytes)) return zone;
        return base::Error(SourceErrc::unknown_time_zone, "the time zone file " + (folder / name).string() +
                                                              " is damaged; reinstall the package tzdata");
    }
    std::string message = "unknown time zone '" + std::string(name) + "'";
    if (!std::filesystem::is_directory(folder, ignored)) {
        message +=
            ": the system has no time zone database (" + folder.string() + "); install the package tzdata";
    } else if (const auto near = did_you_mean(name, folder)) {
        message += "; did you mean '" + *near + "'?";
    } else {
        message += "; give an IANA name such as 'Europe/Berlin' or 'UTC'";
    }
    return base::Error(SourceErrc::unknown_time_zone, std::move(message));
}

std::int32_t TimeZone::offset_at(UtcSeconds time) const {
    if (changes_.empty()) return rule_ ? rule_->offset_at(time) : initial_offset_;
    if (time >= changes_.back().at) return rule_ ? rule_->offset_at(time) : changes_.back().offset;
    const auto after = std::upper_bound(changes_.begin(), changes_.end(), time,
                                        [](UtcSeconds t, const Change& change) { return t < change.at; });
    return after == changes_.begin() ? initial_offset_ : std::prev(after)->offset;
}

std::optional<UtcSeconds> TimeZone::next_change(UtcSeconds time) const {
    const auto after = std::upper_bound(changes_.begin(), changes_.end(), time,
                                        [](UtcSeconds t, const Change& change) { return t < change.at; });
    if (after != changes_.end()) return after->at;
    return rule_ ? rule_->next_change(time) : std::nullopt;
}

TimeZone::Resolved TimeZone::resolve(LocalSeconds local) const {
    // No two changes of one zone that matter to anybody lie within two days of each other.
    const std::int32_t before = offset_at(local - kDaySeconds - kDaySeconds / 2);
    const std::int32_t after = offset_at(local + kDaySeconds + kDaySeconds / 2);
    const UtcSeconds by_before = local - before;
    const UtcSeconds by_after = local - after;
    const bool before_holds = offset_at(by_before) == before;
    const bool after_holds = offset_at(by_after) == after;
    using Kind = Resolved::Kind;
    if (before == after || (before_holds && !after_holds)) return {Kind::once, by_before, by_before};
    if (after_holds && !before_holds) return {Kind::once, by_after, by_after};
    if (before_holds) return {Kind::repeated, std::min(by_before, by_after), std::max(by_before, by_after)};
    UtcSeconds shift = by_after;  // skipped: by the new offset it lies before the change
    if (const auto change = next_change(by_after)) shift = *change;
    return {Kind::skipped, shift, shift};
}

}  // namespace faasd::sources
