import './style/tokens.css'
import './style/base.css'
import './ui/ui.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { queryClient } from './api/queries'
import { App } from './app'
import { Toasts } from './ui/toast'

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <Toasts><App /></Toasts>
    </QueryClientProvider>
  </StrictMode>,
)
