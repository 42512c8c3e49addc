// A request in, an answer out: everything of the lab but the wire.
#pragma once
#include "base/file.h"
#include "lab/call.h"
#include "lab/token.h"

struct estate;

struct core {
    struct estate *estate;
    struct token_cache tokens;
    struct file record; // fd -1: none
    bool recording;
};
// Answers the call: the fields that came with the request are set, call->estate is filled in.
void core_answer(struct core *core, struct call *call);
// The part of it behind sign-in, for a request whose target was read (route_read) and whose caller is known.
void core_judge(struct call *call);
// Writes a request that came, answered or not (status 0), into the record, if there is one.
void core_record(struct core *core, struct call *call);
// Answers a request that the wire itself refuses (no Host, too long, …).
void core_refuse(struct call *call, int status, const char *message);
