"""What Facebook and Instagram share: one company's signature, envelope, Graph API and inbox."""
