"""How staff's pages look: templates, words, style. What stands behind them is in `app.api`."""
