// SQLite with the calls that Swift cannot make: its destructor constants are casts, and its settings are variadic.
#ifndef CSQLITE_H
#define CSQLITE_H

#include <sqlite3.h>
#include <stddef.h>

/// SQLite copies the bytes.
static inline int csqlite_bind_text(sqlite3_stmt *statement, int position, const void *bytes, size_t count) {
    return sqlite3_bind_text64(statement, position, count > 0 ? bytes : "", count, SQLITE_TRANSIENT, SQLITE_UTF8);
}
/// SQLite reads the bytes where they are until the value is bound anew or cleared.
static inline int csqlite_bind_kept_text(sqlite3_stmt *statement, int position, const void *bytes, size_t count) {
    return sqlite3_bind_text64(statement, position, count > 0 ? bytes : "", count, SQLITE_STATIC, SQLITE_UTF8);
}
/// SQLite copies the bytes; no bytes are an empty value, not NULL.
static inline int csqlite_bind_blob(sqlite3_stmt *statement, int position, const void *bytes, size_t count) {
    if (count == 0) return sqlite3_bind_zeroblob(statement, position, 0);
    return sqlite3_bind_blob64(statement, position, bytes, count, SQLITE_TRANSIENT);
}

/// SQLite counts what it allocates under a lock of the whole process; nobody here asks it for that. To be called before the
/// first database is opened.
static inline int csqlite_leave_out_memory_statistics(void) { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }

#endif
