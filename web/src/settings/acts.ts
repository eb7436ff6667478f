/* The words of the audit log.  Names follow src/store/audit.c. */
import type { AuditEntry } from '../api/types'

export const ACTS: Record<string, string> = {
  signed_up: 'Account made',
  login: 'Signed in',
  login_failed: 'Wrong password',
  code_failed: 'Wrong code',
  recovery_code_used: 'Signed in with a recovery code',
  logout: 'Signed out',
  session_ended: 'Session ended',
  password_changed: 'Password changed',
  password_reset: 'Password set at the server',
  second_factor_on: 'Second factor switched on',
  second_factor_off: 'Second factor switched off',
  recovery_codes_made: 'New recovery codes',
  token_made: 'Token made',
  token_used: 'Token used for the first time',
  token_ended: 'Token revoked',
  export: 'Contacts taken out',
  import_undone: 'Import undone',
  account_erased: 'Account deleted',
  admin_made: 'Made an operator',
  admin_ended: 'No operator any more',
  admin_act: 'Operator',
}
const ALARMING = new Set(['login_failed', 'code_failed', 'password_reset', 'second_factor_off', 'account_erased'])

export const isAlarming = (what: string) => ALARMING.has(what)
export const actOf = (entry: AuditEntry) => ACTS[entry.what] ?? entry.what
export const whereOf = (entry: AuditEntry) => (entry.by_server ? 'at the server' : [entry.device, entry.address].filter(Boolean).join(' · '))
