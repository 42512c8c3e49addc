// Results of tests as JUnit XML, which CI systems read: testsuites, a testsuite for each file, its testcases
// with failure (not as expected) or error (cannot be run). There is no standard; this is what the common
// readers share.
#pragma once

struct text;
struct value;

// `cases` are maps {file, name, line, passed, took_ms, diagnostics} as `test --json` prints them; those of a
// file follow each other. Characters that XML cannot hold are left out.
void junit_write(struct text *out, const struct value *cases);
