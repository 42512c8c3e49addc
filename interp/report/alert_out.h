// An alert for people.
#pragma once

struct arena;
struct value;
struct wrap;

// Three lines: what, where and by whom, when.
void alert_out_brief(struct wrap *wrap, const struct value *alert);
// The same, every field that the alert has, and which playbooks answer it, in words.
void alert_out_full(struct wrap *wrap, const struct value *alert, const char *answered_by);
// A value on one line, whole: a text as it is, a record as "name=… id=…", anything else as JSON.
const char *alert_out_item(struct arena *arena, const struct value *item);
