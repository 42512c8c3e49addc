// libmicrohttpd's functions that are used, loaded when the lab is opened (base/library.h): a run against a
// real estate does without. The only file that sees its header; lab/server.c alone includes it.
#pragma once
#include <stdbool.h>

#include <microhttpd.h>

#include "base/err.h"

#define MICROHTTPD_FUNCTIONS                                                                                 \
    X(add_response_header)                                                                                   \
    X(create_response_from_buffer)                                                                           \
    X(create_response_from_callback)                                                                         \
    X(destroy_response)                                                                                      \
    X(get_connection_values)                                                                                 \
    X(get_daemon_info)                                                                                       \
    X(get_timeout)                                                                                           \
    X(queue_response)                                                                                        \
    X(resume_connection)                                                                                     \
    X(run)                                                                                                   \
    X(start_daemon)                                                                                          \
    X(stop_daemon)                                                                                           \
    X(suspend_connection)

struct microhttpd {
#define X(name) __typeof__(MHD_##name) *name;
    MICROHTTPD_FUNCTIONS
#undef X
};

MUST_CHECK bool microhttpd_load(struct microhttpd *mhd, struct err *err);
