/* api/http/handlers.h - every handler of routes.c, one line a resource file. */
#pragma once
#include "api/http/api.h"

handler auth_signup, auth_login, auth_logout, auth_session, auth_demo, auth_welcome; /* sign_in.c */
handler auth_code;                                                                   /* second_step.c */
handler usage_show, admin_accounts;                                                  /* quota.c */
handler account_change, account_erase;                                               /* account.c */
handler account_password;                                                            /* password_change.c */
handler factor_show, factor_begin, factor_confirm, factor_codes, factor_off;         /* factor.c */
handler sessions_show, sessions_end, sessions_end_others;                            /* sessions_view.c */
handler audit_show, admin_audit;                                                     /* activity.c */
handler tokens_list, tokens_create, tokens_delete;                                   /* tokens.c */
handler cards_list, cards_read, cards_create, cards_change, cards_delete;            /* cards.c */
handler cards_restore, cards_history, cards_photo, cards_original, cards_duplicates; /* card_more.c */
handler bulk_run;                                                                    /* bulk.c */
handler undo_run, restore_run;                                                       /* undo.c */
handler books_show, books_add, books_change, books_remove, tags_show;                /* books.c */
handler search_run;                                                                  /* search.c */
handler stats_show;                                                                  /* stats.c */
handler imports_upload, imports_show, imports_read, imports_commit, imports_rescan, imports_undo, imports_remove,
    imports_file;                                                                   /* imports.c */
handler duplicates_list, duplicates_merge, duplicates_different, duplicates_reopen; /* duplicates.c */
handler duplicates_merge_all;                                                       /* merge_all.c */
handler merge_run, merges_show, merge_take_back;                                    /* merges.c */
handler facts_show, facts_accept, facts_reject, facts_accept_one, facts_reject_one; /* facts.c */
handler export_run, export_noted;                                                   /* export.c */
handler admin_fleet, admin_history, admin_log, admin_events;                        /* console.c */
handler admin_dead, admin_pause, admin_open;                                        /* admin_queue.c */
handler admin_kind, admin_launch, admin_land, admin_redrive;                        /* admin_set.c */
handler events_run;                                                                 /* events.c */
handler admin_invite, admin_invited, admin_uninvite;                                /* invitations.c */
handler health_live, health_ready, health_metrics;                                  /* health.c */
handler openapi_show;                                                               /* openapi.c */
handler security_show;                                                              /* security.c */
handler web_show;                                                                   /* web.c */

/* RC_INVALID when the account has no such book. */
enum rc books_must_exist(struct req *r, int64_t book, struct err *e) must_use; /* books.c */
