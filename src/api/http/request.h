/* api/http/request.h - from the server's calls to a handler and back: the http_app of the API. */
#pragma once
#include "api/http/api.h"

struct http_app request_app(struct api *api);
