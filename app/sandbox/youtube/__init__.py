"""YouTube, simulated: the Data API, Google's sign-in, and the hub that tells of videos. Comments wait to be polled."""
