// An alert for people.
#pragma once

struct value;
struct wrap;

// Three lines: what, where and by whom, when.
void alert_out_brief(struct wrap *wrap, const struct value *alert);
// The same, every field that the alert has, and which playbooks answer it, in words.
void alert_out_full(struct wrap *wrap, const struct value *alert, const char *answered_by);
