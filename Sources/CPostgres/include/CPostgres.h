// PostgreSQL's client library.
#ifndef CPOSTGRES_H
#define CPOSTGRES_H

#include <postgresql/libpq-fe.h>

static inline void cpostgres_ignore_notice(void *context, const char *message) {
    (void)context;
    (void)message;
}
/// Notices are for people at a terminal; by default they are printed.
static inline void cpostgres_silence(PGconn *connection) {
    PQsetNoticeProcessor(connection, cpostgres_ignore_notice, NULL);
}

#endif
