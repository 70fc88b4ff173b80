"""What readers get: pages, downloads, labs, formulas; each module knows one outside tool."""
