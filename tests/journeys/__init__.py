"""One file per user journey: the real window, real files, real mouse and key events, real networks."""
