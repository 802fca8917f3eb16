"""STMM: CALNET orders under the State Telecommunications Management Manual."""
