// SQLite with the calls that Swift cannot make: its destructor constants are casts, and its settings are variadic.
#ifndef CSQLITE_H
#define CSQLITE_H

#include <sqlite3.h>
#include <stddef.h>

/// SQLite copies the bytes.
static inline int csqlite_bind_text(sqlite3_stmt *statement, int position, const char *bytes, size_t count) {
    return sqlite3_bind_text64(statement, position, count > 0 ? bytes : "", count, SQLITE_TRANSIENT, SQLITE_UTF8);
}
/// SQLite copies the bytes; no bytes are an empty value, not NULL.
static inline int csqlite_bind_blob(sqlite3_stmt *statement, int position, const void *bytes, size_t count) {
    if (count == 0) return sqlite3_bind_zeroblob(statement, position, 0);
    return sqlite3_bind_blob64(statement, position, bytes, count, SQLITE_TRANSIENT);
}

#endif
