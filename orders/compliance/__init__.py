"""The only bridge from rows to the manual: facts gathered, the policy asked, answers kept."""
