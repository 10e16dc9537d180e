"""The national register of health professionals (RPPS): its free-access extract read, merged, sampled and searched."""
