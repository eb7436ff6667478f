/* The only place that calls fetch: adds the CSRF token, turns problem+json into ApiError. */
import type { Problem } from './types'

const BASE = '/api/v1'
let csrf = ''

export class ApiError extends Error {
  constructor(readonly problem: Problem, readonly body: unknown) {
    super(problem.detail || problem.title || `The server answered ${problem.status}`)
  }
  get status() { return this.problem.status }
}

export function setCsrf(token: string) { csrf = token }

export interface Query { [name: string]: string | number | boolean | undefined | null }

export function url(path: string, query?: Query): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined && value !== null && value !== '') params.set(name, String(value))
  const text = params.toString()
  return BASE + path + (text ? '?' + text : '')
}

interface Options { query?: Query; json?: unknown; ifMatch?: number; signal?: AbortSignal }

export async function call<T>(method: string, path: string, { query, json, ifMatch, signal }: Options = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (method !== 'GET') headers['X-CSRF-Token'] = csrf
  if (json !== undefined) headers['Content-Type'] = 'application/json'
  if (ifMatch !== undefined) headers['If-Match'] = `"${ifMatch}"`
  const answer = await reach(url(path, query), {
    method, headers, credentials: 'same-origin',
    ...(json !== undefined && { body: JSON.stringify(json) }),
    ...(signal && { signal }),
  })
  return answered<T>(answer.status, await answer.text())
}

/* fetch cannot report upload progress; XMLHttpRequest can. */
export function upload<T>(path: string, query: Query, file: Blob, onProgress: (share: number) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', url(path, query))
    request.setRequestHeader('X-CSRF-Token', csrf)
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream')
    request.upload.onprogress = event => event.lengthComputable && onProgress(event.loaded / event.total)
    request.onerror = () => reject(unreachable())
    request.onload = () => {
      try { resolve(answered<T>(request.status, request.responseText)) } catch (error) { reject(error as Error) }
    }
    request.send(file)
  })
}

async function reach(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init)
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw unreachable()
  }
}

function unreachable() {
  return new ApiError({ status: 0, detail: 'The server cannot be reached. Nothing was lost; try again in a moment.' }, null)
}

function answered<T>(status: number, text: string): T {
  const body = parsed(text)
  if (status >= 200 && status < 300) return body as T
  const problem = body && typeof body === 'object' ? { ...(body as Problem), status } : { status }
  throw new ApiError(problem, body)
}

function parsed(text: string): unknown {
  if (!text) return null
  try { return JSON.parse(text) } catch { return null }
}
