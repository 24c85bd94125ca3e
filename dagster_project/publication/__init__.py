"""Pure writers of what users open, and the switch of the current release. Reads marts, never anything below EPCI."""
