/* api/http/problem.h - what went wrong, as problem+json (RFC 9457):
 * {type, title, status, detail, code, errors?: [{pointer, detail}]}.
 * code is the name of the rc unless the handler gave another.  What the answer already held is dropped, but for
 * members a handler adds with problem_open() or r->problem_members. */
#pragma once
#include "api/http/api.h"

void problem_write(struct req *r, enum rc rc, struct err *e);
/* For problems with members of their own: opens the object with the standard members, leaves it open; close it with
 * json_out_close(&r->json, '}') and return answer_problem(). */
void    problem_open(struct req *r, int status, const char *code, const char *detail);
enum rc problem_answer(struct req *r, int status);
