// The tables of the queue engine.
#pragma once

#include <string_view>

namespace faasd::queue {

// `messages` is a plain rowid table: ids are handed out in order of sending. What a receive looks for is in
// one index, so a backlog of any length costs it nothing; the receive count is in it as well, so that
// counting delayed and in-flight messages does not touch the rows. Long contents live in a table of their
// own: a receive rewrites the row, and must not rewrite a megabyte with it.
inline constexpr std::string_view schema = R"sql(
CREATE TABLE IF NOT EXISTS queues(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT UNIQUE,                      -- NULL: removed, its messages are being deleted
  attributes TEXT NOT NULL,              -- JSON
  created_at INTEGER NOT NULL,           -- times are microseconds since 1970
  modified_at INTEGER NOT NULL,
  purged_at INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS queue_totals(queue INTEGER PRIMARY KEY, total INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS queue_meta(key TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS messages(
  id INTEGER PRIMARY KEY,
  queue INTEGER NOT NULL,
  visible_at INTEGER NOT NULL,
  receive_count INTEGER NOT NULL DEFAULT 0,
  received_elsewhere INTEGER NOT NULL DEFAULT 0,  -- receives before it came to this queue
  sent_at INTEGER NOT NULL,
  first_received_at INTEGER NOT NULL DEFAULT 0,
  internal INTEGER NOT NULL DEFAULT 0,   -- leased by a receiver that dies with the daemon
  message_group INTEGER,                 -- FIFO queues
  source TEXT,                           -- the queue whose dead letter it is
  uuid BLOB NOT NULL,
  content BLOB);                         -- NULL: in message_contents
CREATE INDEX IF NOT EXISTS messages_by_visibility ON messages(queue, visible_at, receive_count);
CREATE INDEX IF NOT EXISTS messages_by_age ON messages(queue, sent_at);
CREATE INDEX IF NOT EXISTS messages_of_group ON messages(message_group, id) WHERE message_group IS NOT NULL;
CREATE INDEX IF NOT EXISTS messages_leased_internally ON messages(id) WHERE internal = 1;
CREATE TABLE IF NOT EXISTS message_contents(id INTEGER PRIMARY KEY, content BLOB NOT NULL);

CREATE TABLE IF NOT EXISTS message_groups(
  id INTEGER PRIMARY KEY,
  queue INTEGER NOT NULL,
  name TEXT NOT NULL,
  available_at INTEGER NOT NULL,         -- when none of its messages is in flight any more
  UNIQUE(queue, name));
CREATE INDEX IF NOT EXISTS message_groups_by_availability ON message_groups(queue, available_at);

CREATE TABLE IF NOT EXISTS message_deduplication(
  id INTEGER PRIMARY KEY,
  queue INTEGER NOT NULL,
  scope TEXT NOT NULL,                   -- the message group, or empty: the whole queue
  key TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  uuid BLOB NOT NULL,
  message INTEGER NOT NULL,
  UNIQUE(queue, scope, key));
CREATE INDEX IF NOT EXISTS message_deduplication_by_expiry ON message_deduplication(expires_at);

CREATE TABLE IF NOT EXISTS receive_attempts(
  id INTEGER PRIMARY KEY,
  queue INTEGER NOT NULL,
  attempt TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  received_at INTEGER NOT NULL,
  visible_at INTEGER NOT NULL,           -- of its messages, unless somebody changed that
  messages TEXT NOT NULL,                -- JSON: [id, receive count] of each
  UNIQUE(queue, attempt));
CREATE INDEX IF NOT EXISTS receive_attempts_by_expiry ON receive_attempts(expires_at);

CREATE TABLE IF NOT EXISTS queue_moves(
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  source TEXT NOT NULL,
  destination TEXT,                      -- NULL: each message to the queue whose dead letter it is
  max_per_second INTEGER,
  status INTEGER NOT NULL,
  moved INTEGER NOT NULL DEFAULT 0,
  to_move INTEGER NOT NULL,
  last INTEGER NOT NULL,                 -- messages with greater ids came later
  started_at INTEGER NOT NULL,
  failure INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS queue_moves_by_source ON queue_moves(source, number);
)sql";

}  // namespace faasd::queue
