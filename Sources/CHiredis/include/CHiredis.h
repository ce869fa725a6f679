// hiredis as a writer of commands and a reader of replies; its sockets are not used.
#ifndef CHIREDIS_H
#define CHIREDIS_H

#include <hiredis/hiredis.h>

#endif
