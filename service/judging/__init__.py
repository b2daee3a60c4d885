"""What people say of markers: confirmed, rejected, added."""
