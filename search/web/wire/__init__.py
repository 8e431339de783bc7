"""What the wire's page shows beside its stories: values to narrow by, the histogram, ways out of an empty result."""
